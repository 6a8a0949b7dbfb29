// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A consumer that is registered with a stream for enhanced fan-out.
 *
 * @param name unique in its stream
 * @param creationSecond epoch seconds; part of its ARN
 * @param status its lifecycle state
 * @param tags keys and values
 * @param policy its resource policy, as it was given
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ConsumerDescription.html">ConsumerDescription</a>
 */
public record ConsumerDefinition(
    String name,
    long creationSecond,
    ConsumerStatus status,
    SortedMap<String, String> tags,
    Optional<String> policy) {

  public ConsumerDefinition {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  /** Identifies this incarnation of the consumer. */
  public ConsumerRef ref() {
    return new ConsumerRef(name, creationSecond);
  }

  public ConsumerDefinition withCreationSecond(long next) {
    return new ConsumerDefinition(name, next, status, tags, policy);
  }

  public ConsumerDefinition withStatus(ConsumerStatus next) {
    return new ConsumerDefinition(name, creationSecond, next, tags, policy);
  }

  public ConsumerDefinition withTags(SortedMap<String, String> next) {
    return new ConsumerDefinition(name, creationSecond, status, next, policy);
  }

  public ConsumerDefinition withPolicy(Optional<String> next) {
    return new ConsumerDefinition(name, creationSecond, status, tags, next);
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * An object's claim on a consumer name of a stream. The operator and every gateway must give a name
 * to the same object, so both call {@link #holder}. As with {@link StreamNameClaim}, the object
 * that has the name keeps it; otherwise the one that was created first gets it, and of objects
 * created in the same second the one with the lowest uid.
 *
 * @param uid {@code metadata.uid} of the object
 * @param creation its {@code metadata.creationTimestamp}, which has a resolution of one second
 * @param consumerName the name that it claims
 * @param statusArn {@code status.consumerARN}
 */
public record ConsumerClaim(
    String uid, Instant creation, String consumerName, Optional<String> statusArn) {

  private static final Comparator<ConsumerClaim> PRECEDENCE =
      Comparator.comparing(ConsumerClaim::holdsName, Comparator.reverseOrder())
          .thenComparing(ConsumerClaim::creation)
          .thenComparing(ConsumerClaim::uid);

  /**
   * The consumer if the object has the name. The creation second is that of the object, by the API
   * server's clock.
   */
  public ConsumerRef ref() {
    return new ConsumerRef(consumerName, creation.getEpochSecond());
  }

  /**
   * Whether the status says that the object has the name. The ARN of another incarnation does not
   * count: the API server compares no uid when a status is applied, so a status that was computed
   * for a deleted object may be written to a new object of the same name.
   */
  public boolean holdsName() {
    return statusArn.filter(arn -> arn.endsWith("/consumer/" + ref())).isPresent();
  }

  /**
   * The claim that gets the name.
   *
   * @param claims all claims on one consumer name of one stream
   * @return empty when there are none
   */
  public static Optional<ConsumerClaim> holder(Collection<ConsumerClaim> claims) {
    return claims.stream().min(PRECEDENCE);
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A type of Kinesis resource.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html">Resource
 *     types</a>
 */
public enum ResourceType {
  /** {@code stream/NAME}. */
  STREAM("stream/[^/]+"),
  /** {@code stream/NAME/consumer/NAME:CREATED}. */
  CONSUMER("stream/[^/]+/consumer/[^/:]+:[0-9]+"),
  /** {@code channel/ID}; not in the reference yet. */
  CHANNEL("channel/.+"),
  /** {@code queue/ID}; not in the reference yet. */
  QUEUE("queue/.+");

  private final Pattern resource;

  ResourceType(String resource) {
    this.resource = Pattern.compile(resource);
  }

  /** The type of the resource that an ARN names; empty if it names none of Kinesis. */
  public static Optional<ResourceType> ofArn(String arn) {
    String[] parts = Arns.split(arn);
    if (parts.length != Arns.PARTS || !parts[0].equals("arn") || !parts[2].equals("kinesis")) {
      return Optional.empty();
    }
    for (ResourceType type : values()) {
      if (type.resource.matcher(parts[5]).matches()) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}

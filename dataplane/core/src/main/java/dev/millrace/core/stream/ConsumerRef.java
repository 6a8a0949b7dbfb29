// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/**
 * Identifies an incarnation of a consumer within its stream.
 *
 * @param name the consumer's name
 * @param creationSecond epoch seconds; a consumer that is registered again has a later one
 */
public record ConsumerRef(String name, long creationSecond) {
  @Override
  public String toString() {
    return name + ":" + creationSecond;
  }
}

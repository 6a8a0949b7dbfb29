// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import dev.millrace.core.error.KinesisError;

/** The result of decoding a body. */
public sealed interface Decoded {
  /**
   * The body has the form of the shape. Its values are not validated yet.
   *
   * @param structure the decoded members
   */
  record Input(Structure structure) implements Decoded {}

  /**
   * The body does not parse, or a value has the wrong kind.
   *
   * @param error a SerializationException
   */
  record Malformed(KinesisError error) implements Decoded {}
}

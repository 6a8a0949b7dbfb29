package dev.millrace.protocol.schema;

import dev.millrace.core.error.KinesisError;

/** What became of a body. */
public sealed interface Decoded {
  /**
   * It had the right form; its values are not validated yet.
   *
   * @param structure what it says
   */
  record Input(Structure structure) implements Decoded {}

  /**
   * It had not.
   *
   * @param error a SerializationException
   */
  record Refused(KinesisError error) implements Decoded {}
}

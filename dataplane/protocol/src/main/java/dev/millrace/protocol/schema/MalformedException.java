package dev.millrace.protocol.schema;

/** A value of the wrong kind; becomes {@link Decoded.Refused} at the one entry to decoding. */
final class MalformedException extends Exception {
  private final String text;

  /** For the service's text, or an empty one where the service gives none. */
  MalformedException(String text) {
    super(text, null, false, false);
    this.text = text;
  }

  String text() {
    return text;
  }
}

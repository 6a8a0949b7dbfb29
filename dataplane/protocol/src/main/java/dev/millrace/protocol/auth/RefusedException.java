package dev.millrace.protocol.auth;

import dev.millrace.core.error.KinesisError;

/** A failed step; becomes {@link Verification.Refused} at the one entry to verification. */
final class RefusedException extends Exception {
  private final transient KinesisError error;

  RefusedException(KinesisError.Name name, String message) {
    super(message, null, false, false);
    this.error = new KinesisError(name, message);
  }

  KinesisError error() {
    return error;
  }
}

package dev.millrace.protocol.auth;

import dev.millrace.core.error.KinesisError;

/** What became of the check of a signature. */
public sealed interface Verification {
  /**
   * The request was signed by the holder of this access key, just now.
   *
   * @param accessKeyId whose key it is
   */
  record Verified(String accessKeyId) implements Verification {}

  /**
   * It was not.
   *
   * @param error what the service answers
   */
  record Refused(KinesisError error) implements Verification {}
}

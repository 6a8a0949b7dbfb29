// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.error;

/**
 * An error response as the client sees it. Actions return it as a value; it is rendered in one
 * place.
 *
 * @param name the service's error name
 * @param message the text of the {@code message} member; may be empty
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html">Common
 *     Errors</a>
 */
public record KinesisError(Name name, String message) {

  /** The service's error names, each with its HTTP status. */
  public enum Name {
    ACCESS_DENIED("AccessDeniedException", 400),
    DRY_RUN_OPERATION("DryRunOperationException", 400),
    EXPIRED_ITERATOR("ExpiredIteratorException", 400),
    EXPIRED_NEXT_TOKEN("ExpiredNextTokenException", 400),
    EXPIRED_TOKEN("ExpiredTokenException", 400),
    INCOMPLETE_SIGNATURE("IncompleteSignatureException", 400),
    INTERNAL_FAILURE("InternalFailure", 500),
    INVALID_ARGUMENT("InvalidArgumentException", 400),
    INVALID_SIGNATURE("InvalidSignatureException", 400),
    KMS_ACCESS_DENIED("KMSAccessDeniedException", 400),
    KMS_DISABLED("KMSDisabledException", 400),
    KMS_INVALID_STATE("KMSInvalidStateException", 400),
    KMS_NOT_FOUND("KMSNotFoundException", 400),
    KMS_THROTTLING("KMSThrottlingException", 400),
    LIMIT_EXCEEDED("LimitExceededException", 400),
    MISSING_AUTHENTICATION_TOKEN("MissingAuthenticationTokenException", 400),
    PROVISIONED_THROUGHPUT_EXCEEDED("ProvisionedThroughputExceededException", 400),
    RESOURCE_IN_USE("ResourceInUseException", 400),
    RESOURCE_NOT_FOUND("ResourceNotFoundException", 400),
    SERIALIZATION("SerializationException", 400),
    SERVICE_UNAVAILABLE("ServiceUnavailable", 503),
    UNKNOWN_OPERATION("UnknownOperationException", 400),
    UNRECOGNIZED_CLIENT("UnrecognizedClientException", 400),
    VALIDATION("ValidationException", 400);

    private final String text;
    private final int status;

    Name(String text, int status) {
      this.text = text;
      this.status = status;
    }

    /** The name as it stands in {@code __type}. */
    public String text() {
      return text;
    }

    /** The HTTP status: 400, 500 or 503. */
    public int status() {
      return status;
    }
  }

  /** A violated constraint, or an invalid combination of members. */
  public static KinesisError validation(String message) {
    return new KinesisError(Name.VALIDATION, message);
  }

  /** An exceeded quota or call rate. */
  public static KinesisError limitExceeded(String message) {
    return new KinesisError(Name.LIMIT_EXCEEDED, message);
  }

  /** A well-formed value that is not acceptable. */
  public static KinesisError invalidArgument(String message) {
    return new KinesisError(Name.INVALID_ARGUMENT, message);
  }

  /** A stream, shard or consumer that does not exist. */
  public static KinesisError notFound(String message) {
    return new KinesisError(Name.RESOURCE_NOT_FOUND, message);
  }

  /** A name that is in use, or a resource in the wrong state for the call. */
  public static KinesisError inUse(String message) {
    return new KinesisError(Name.RESOURCE_IN_USE, message);
  }

  /** A call that could not be served and had no effect; the SDKs retry it. */
  public static KinesisError unavailable(String message) {
    return new KinesisError(Name.SERVICE_UNAVAILABLE, message);
  }
}

package dev.millrace.protocol.request;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.StsAnswer;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.auth.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * GetCallerIdentity of STS, the one call of another service that clients of Kinesis make: older
 * daemons of the producer library ask it which account is theirs, and where all endpoints are one
 * they ask this port. Any thread may call it.
 *
 * <p>An access key stands for a user of its name, since nothing else is known of who signs with it;
 * where nobody has to sign, everybody is the account's root.
 *
 * @param account 12 digits
 * @param verifier checks signatures made for STS; absent, nobody needs one
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html">GetCallerIdentity</a>
 */
public record CallerIdentity(String account, Optional<SignatureVerifier> verifier) {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final List<String> PARAMETERS =
      List.of("Action=GetCallerIdentity", "Version=2011-06-15");

  /** Longest body that is looked at: the two parameters need 44 bytes. */
  private static final int MAX_BODY_BYTES = 1024;

  /** Whether a POST asks for this. */
  boolean isAskedBy(WireRequest request) {
    String contentType = request.headers().first("content-type").orElse("");
    return Codec.mediaType(contentType).equals(FORM)
        && request.headers().first("x-amz-target").isEmpty()
        && request.body().length() <= MAX_BODY_BYTES
        && parameters(request).containsAll(PARAMETERS);
  }

  private static List<String> parameters(WireRequest request) {
    // Neither parameter has a character that a client would encode.
    String body = new String(request.body().copy(), StandardCharsets.UTF_8);
    return List.of(body.split("&", -1));
  }

  /**
   * Answers.
   *
   * @param now the present time, for the age of the signature
   */
  WireAnswer answer(WireRequest request, Instant now) {
    if (verifier.isEmpty()) {
      return identity("root", account, request);
    }
    return switch (verifier.get().verify(request, now)) {
      case Verification.Verified(String accessKeyId) ->
          identity("user/" + accessKeyId, accessKeyId, request);
      case Verification.Refused(KinesisError error) ->
          StsAnswer.error(
              error.name() == Name.INCOMPLETE_SIGNATURE ? 400 : 403,
              code(error.name()),
              error.message(),
              request.id());
    };
  }

  private WireAnswer identity(String resource, String userId, WireRequest request) {
    return StsAnswer.callerIdentity(
        "arn:aws:iam::" + account + ":" + resource, userId, account, request.id());
  }

  /** The refusals of a signature under the names that services of the Query protocol have. */
  private static String code(Name name) {
    return switch (name) {
      case EXPIRED_TOKEN -> "ExpiredToken";
      case INCOMPLETE_SIGNATURE -> "IncompleteSignature";
      case INVALID_SIGNATURE -> "SignatureDoesNotMatch";
      case MISSING_AUTHENTICATION_TOKEN -> "MissingAuthenticationToken";
      case UNRECOGNIZED_CLIENT -> "InvalidClientTokenId";
      default -> name.text();
    };
  }
}

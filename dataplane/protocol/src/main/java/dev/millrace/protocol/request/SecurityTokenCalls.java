// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.StsAnswer;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.audit.AuditCaller;
import dev.millrace.protocol.audit.AuditFailure;
import dev.millrace.protocol.audit.AuditedAnswer;
import dev.millrace.protocol.audit.AuditedCall;
import dev.millrace.protocol.auth.QueryString;
import dev.millrace.protocol.auth.SessionIssuer;
import dev.millrace.protocol.auth.SessionIssuer.WebIdentity;
import dev.millrace.protocol.auth.SignatureCheck;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.auth.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The calls of STS that clients of Kinesis make at this port: GetCallerIdentity, by which older
 * daemons of the producer library (KPL) find out their account, GetSessionToken, and
 * AssumeRoleWithWebIdentity, by which SDKs turn the token of a pod's service account into
 * credentials. Any thread may call it.
 *
 * <p>Where signatures are not required, everybody is the account's root, and there are no temporary
 * credentials.
 *
 * @param account 12 digits
 * @param verifier checks signatures made for STS; if absent, none is required
 * @param sessions makes temporary credentials
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html">Actions</a>
 */
public record SecurityTokenCalls(
    String account, Optional<SignatureVerifier> verifier, Optional<SessionIssuer> sessions) {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String VERSION = "2011-06-15";

  /** The longest token that AssumeRoleWithWebIdentity takes has 20,000 characters. */
  private static final int MAX_BODY_BYTES = 24 << 10;

  private static final int MAX_TOKEN_CHARACTERS = 20_000;
  private static final int MAX_ARN_CHARACTERS = 2048;
  private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");

  private static final Lifetimes SESSION_TOKEN =
      new Lifetimes(Duration.ofMinutes(15), Duration.ofHours(36), Duration.ofHours(12));
  private static final Lifetimes ROLE =
      new Lifetimes(Duration.ofMinutes(15), Duration.ofHours(12), Duration.ofHours(1));

  private record Lifetimes(Duration least, Duration most, Duration usual) {}

  /** The calls. */
  private enum TokenCall {
    GET_CALLER_IDENTITY("GetCallerIdentity"),
    GET_SESSION_TOKEN("GetSessionToken"),
    ASSUME_ROLE_WITH_WEB_IDENTITY("AssumeRoleWithWebIdentity");

    private final String action;

    TokenCall(String action) {
      this.action = action;
    }

    private AuditedCall audited() {
      return switch (this) {
        case GET_CALLER_IDENTITY -> AuditedCall.CALLER_IDENTITY;
        case GET_SESSION_TOKEN -> AuditedCall.SESSION_TOKEN;
        case ASSUME_ROLE_WITH_WEB_IDENTITY -> AuditedCall.WEB_IDENTITY;
      };
    }

    private static Optional<TokenCall> of(QueryString form) {
      String action = form.first("Action").orElse("");
      for (TokenCall call : values()) {
        if (call.action.equals(action)
            && form.first("Version").filter(VERSION::equals).isPresent()) {
          return Optional.of(call);
        }
      }
      return Optional.empty();
    }
  }

  /** An error of STS, to be thrown no farther than this class. */
  private static final class StsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    StsException(int status, String code, String message) {
      super(message, null, false, false);
      this.status = status;
      this.code = code;
    }

    private String text() {
      return String.valueOf(getMessage());
    }
  }

  /** Whether a POST is one of these calls. */
  boolean isAskedBy(WireRequest request) {
    String contentType = request.headers().first("content-type").orElse("");
    return Codec.mediaType(contentType).equals(FORM)
        && request.headers().first("x-amz-target").isEmpty()
        && request.body().length() <= MAX_BODY_BYTES
        && TokenCall.of(form(request)).isPresent();
  }

  private static QueryString form(WireRequest request) {
    return QueryString.parse(new String(request.body().copy(), StandardCharsets.UTF_8));
  }

  /**
   * The answer to a call.
   *
   * @param now the time against which the signature's age is measured
   */
  Admission answer(WireRequest request, Instant now) {
    QueryString form = form(request);
    TokenCall call = TokenCall.of(form).orElseThrow();
    if (call == TokenCall.ASSUME_ROLE_WITH_WEB_IDENTITY) {
      return assume(form, request, now);
    }
    if (verifier.isEmpty()) {
      AuditCaller anybody = new AuditCaller.AnyCaller();
      return call == TokenCall.GET_CALLER_IDENTITY
          ? audited(call, root(request), anybody, Optional.empty())
          : refused(call, noSessions(), anybody, request);
    }
    return switch (verifier.get().verify(request, now)) {
      case SignatureCheck.Valid(Signer signer) ->
          call == TokenCall.GET_CALLER_IDENTITY
              ? audited(
                  call,
                  StsAnswer.callerIdentity(
                      signer.arn(), signer.userId(), signer.account(), request.id()),
                  new AuditCaller.SignedUser(signer),
                  Optional.empty())
              : session(signer, form, request, now);
      case SignatureCheck.Invalid(KinesisError error) ->
          audited(
              call,
              StsAnswer.error(
                  error.name() == Name.INCOMPLETE_SIGNATURE ? 400 : 403,
                  code(error.name()),
                  error.message(),
                  request.id()),
              new AuditCaller.UnverifiedCaller(SignatureVerifier.claimedKey(request)),
              Optional.of(AuditFailure.of(code(error.name()), error)));
    };
  }

  private WireAnswer root(WireRequest request) {
    return StsAnswer.callerIdentity(
        "arn:aws:iam::" + account + ":root", account, account, request.id());
  }

  private Admission session(Signer signer, QueryString form, WireRequest request, Instant now) {
    AuditCaller caller = new AuditCaller.SignedUser(signer);
    try {
      if (signer.isTemporary()) {
        throw new StsException(
            403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
      }
      SessionIssuer issuer = sessions.orElseThrow(SecurityTokenCalls::noSessions);
      return audited(
          TokenCall.GET_SESSION_TOKEN,
          StsAnswer.sessionToken(
              issuer.session(signer, lifetime(form, SESSION_TOKEN), now), request.id()),
          caller,
          Optional.empty());
    } catch (StsException e) {
      return refused(TokenCall.GET_SESSION_TOKEN, e, caller, request);
    }
  }

  private Admission assume(QueryString form, WireRequest request, Instant now) {
    AuditCaller nobody = new AuditCaller.UnverifiedCaller(Optional.empty());
    try {
      SessionIssuer issuer = sessions.orElseThrow(SecurityTokenCalls::noSessions);
      String role = given(form, "RoleArn", MAX_ARN_CHARACTERS);
      String name = given(form, "RoleSessionName", MAX_ARN_CHARACTERS);
      if (!SESSION_NAME.matcher(name).matches()) {
        throw invalid(
            "roleSessionName", name, "satisfy regular expression pattern: [\\w+=,.@-]{2,64}");
      }
      String token = given(form, "WebIdentityToken", MAX_TOKEN_CHARACTERS);
      return switch (issuer.assume(role, name, token, lifetime(form, ROLE), now)) {
        case WebIdentity.Assumed assumed ->
            audited(
                TokenCall.ASSUME_ROLE_WITH_WEB_IDENTITY,
                StsAnswer.webIdentity(assumed, request.id()),
                new AuditCaller.WebIdentityUser(assumed.subject()),
                Optional.empty());
        case WebIdentity.NotAssumed(int status, String code, String message) ->
            refused(
                TokenCall.ASSUME_ROLE_WITH_WEB_IDENTITY,
                new StsException(status, code, message),
                nobody,
                request);
      };
    } catch (StsException e) {
      return refused(TokenCall.ASSUME_ROLE_WITH_WEB_IDENTITY, e, nobody, request);
    }
  }

  private static StsException noSessions() {
    return new StsException(
        403,
        "AccessDenied",
        "There are no temporary credentials where requests need no signature.");
  }

  private static String given(QueryString form, String parameter, int mostCharacters)
      throws StsException {
    String member = Character.toLowerCase(parameter.charAt(0)) + parameter.substring(1);
    String found =
        form.first(parameter)
            .orElseThrow(
                () ->
                    new StsException(
                        400,
                        "ValidationError",
                        "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
                            .formatted(member)));
    if (found.length() > mostCharacters) {
      throw invalid(member, found, "have length less than or equal to " + mostCharacters);
    }
    return found;
  }

  private static Duration lifetime(QueryString form, Lifetimes of) throws StsException {
    Optional<String> found = form.first("DurationSeconds");
    if (found.isEmpty()) {
      return of.usual();
    }
    long seconds;
    try {
      seconds = Long.parseLong(found.get());
    } catch (NumberFormatException e) {
      throw new StsException(
          400,
          "MalformedInput",
          "DurationSeconds must be a number, found '" + Excerpt.of(found.get()) + "'");
    }
    if (seconds < of.least().toSeconds()) {
      throw invalid(
          "durationSeconds",
          found.get(),
          "have value greater than or equal to " + of.least().toSeconds());
    }
    if (seconds > of.most().toSeconds()) {
      throw invalid(
          "durationSeconds",
          found.get(),
          "have value less than or equal to " + of.most().toSeconds());
    }
    return Duration.ofSeconds(seconds);
  }

  private static StsException invalid(String member, String found, String must) {
    return new StsException(
        400,
        "ValidationError",
        "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must %s"
            .formatted(Excerpt.of(found), member, must));
  }

  private static Admission refused(
      TokenCall call, StsException error, AuditCaller caller, WireRequest request) {
    return audited(
        call,
        StsAnswer.error(error.status, error.code, error.text(), request.id()),
        caller,
        Optional.of(new AuditFailure(error.code, error.text())));
  }

  private static Admission audited(
      TokenCall call, WireAnswer answer, AuditCaller caller, Optional<AuditFailure> failure) {
    return new Admission.Answered(
        answer, Optional.of(new AuditedAnswer(call.audited(), caller, failure)));
  }

  /** The code of a signature error in the AWS Query protocol, which STS speaks. */
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

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import dev.millrace.protocol.auth.SessionIssuer.WebIdentity.Assumed;
import dev.millrace.protocol.auth.TemporaryCredential;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Answers of STS, in the AWS Query protocol: XML, with the request's id in the body. Any thread may
 * make one.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html">Actions</a>
 */
public final class StsAnswer {
  private static final String CONTENT_TYPE = "text/xml";
  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

  private StsAnswer() {}

  /**
   * The answer of GetCallerIdentity.
   *
   * @param account 12 digits
   */
  public static WireAnswer callerIdentity(
      String arn, String userId, String account, String requestId) {
    return xml(
        200,
        """
        <GetCallerIdentityResponse xmlns="%s">
          <GetCallerIdentityResult>
            <Arn>%s</Arn>
            <UserId>%s</UserId>
            <Account>%s</Account>
          </GetCallerIdentityResult>
          <ResponseMetadata>
            <RequestId>%s</RequestId>
          </ResponseMetadata>
        </GetCallerIdentityResponse>
        """,
        NAMESPACE,
        arn,
        userId,
        account,
        requestId);
  }

  /** The answer of GetSessionToken. */
  public static WireAnswer sessionToken(TemporaryCredential credential, String requestId) {
    return xml(
        200,
        """
        <GetSessionTokenResponse xmlns="%s">
          <GetSessionTokenResult>
            <Credentials>
              <AccessKeyId>%s</AccessKeyId>
              <SecretAccessKey>%s</SecretAccessKey>
              <SessionToken>%s</SessionToken>
              <Expiration>%s</Expiration>
            </Credentials>
          </GetSessionTokenResult>
          <ResponseMetadata>
            <RequestId>%s</RequestId>
          </ResponseMetadata>
        </GetSessionTokenResponse>
        """,
        NAMESPACE,
        credential.signer().accessKeyId(),
        credential.secretKey(),
        credential.sessionToken(),
        credential.expiresAt().truncatedTo(ChronoUnit.SECONDS).toString(),
        requestId);
  }

  /** The answer of AssumeRoleWithWebIdentity. */
  public static WireAnswer webIdentity(Assumed assumed, String requestId) {
    TemporaryCredential credential = assumed.credential();
    return xml(
        200,
        """
        <AssumeRoleWithWebIdentityResponse xmlns="%s">
          <AssumeRoleWithWebIdentityResult>
            <SubjectFromWebIdentityToken>%s</SubjectFromWebIdentityToken>
            <Audience>%s</Audience>
            <AssumedRoleUser>
              <Arn>%s</Arn>
              <AssumedRoleId>%s</AssumedRoleId>
            </AssumedRoleUser>
            <Credentials>
              <AccessKeyId>%s</AccessKeyId>
              <SecretAccessKey>%s</SecretAccessKey>
              <SessionToken>%s</SessionToken>
              <Expiration>%s</Expiration>
            </Credentials>
            <Provider>%s</Provider>
          </AssumeRoleWithWebIdentityResult>
          <ResponseMetadata>
            <RequestId>%s</RequestId>
          </ResponseMetadata>
        </AssumeRoleWithWebIdentityResponse>
        """,
        NAMESPACE,
        assumed.subject(),
        assumed.audience(),
        credential.signer().arn(),
        credential.signer().userId(),
        credential.signer().accessKeyId(),
        credential.secretKey(),
        credential.sessionToken(),
        credential.expiresAt().truncatedTo(ChronoUnit.SECONDS).toString(),
        assumed.provider(),
        requestId);
  }

  /**
   * An error that is the caller's fault.
   *
   * @param code STS' name of the error
   */
  public static WireAnswer error(int status, String code, String message, String requestId) {
    return xml(
        status,
        """
        <ErrorResponse xmlns="%s">
          <Error>
            <Type>Sender</Type>
            <Code>%s</Code>
            <Message>%s</Message>
          </Error>
          <RequestId>%s</RequestId>
        </ErrorResponse>
        """,
        NAMESPACE,
        code,
        message,
        requestId);
  }

  private static WireAnswer xml(int status, String form, String... texts) {
    Object[] escaped = new Object[texts.length];
    for (int i = 0; i < texts.length; i++) {
      escaped[i] = WireAnswer.escape(texts[i]);
    }
    return new WireAnswer(
        status, Optional.of(CONTENT_TYPE), WireAnswer.utf8(form.formatted(escaped)));
  }
}

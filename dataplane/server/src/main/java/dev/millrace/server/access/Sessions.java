// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.access;

import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.identity.SessionToken;
import dev.millrace.core.identity.UserDirectory.TokenIssuer;
import dev.millrace.protocol.auth.SessionIssuer;
import dev.millrace.protocol.auth.Signer;
import dev.millrace.protocol.auth.TemporaryCredential;
import dev.millrace.server.access.ServiceAccountTokens.CheckedToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes temporary credentials. A user can be assumed as a role of the same name by the service
 * accounts that it lists, with their tokens.
 */
public final class Sessions implements SessionIssuer {
  private static final String KEY_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int KEY_LENGTH = 20;
  private static final String NOT_AUTHORIZED =
      "Not authorized to perform sts:AssumeRoleWithWebIdentity";

  private final KnownUsers users;
  private final String account;
  private final String namespace;
  private final TokenSigner signer;
  private final RandomGenerator random;

  /**
   * @param account 12 digits
   * @param namespace of the service accounts whose tokens are accepted
   * @param signer signs session tokens
   * @param random draws access keys
   */
  public Sessions(
      KnownUsers users,
      String account,
      String namespace,
      TokenSigner signer,
      RandomGenerator random) {
    this.users = users;
    this.account = account;
    this.namespace = namespace;
    this.signer = signer;
    this.random = random;
  }

  @Override
  public TemporaryCredential session(Signer user, Duration lifetime, Instant now) {
    String id = newKey();
    SessionToken token =
        new SessionToken(id, user.userName(), user.userId(), "", now.plus(lifetime).toEpochMilli());
    return credential(Signer.user(id, account, user.userId(), user.userName()), token);
  }

  private TemporaryCredential credential(Signer of, SessionToken token) {
    String text = token.encode(signer);
    return new TemporaryCredential(
        of, SessionToken.secretKey(signer, text), text, token.expiresAt());
  }

  private String newKey() {
    StringBuilder key = new StringBuilder(KEY_LENGTH).append(Signer.TEMPORARY);
    while (key.length() < KEY_LENGTH) {
      key.append(KEY_CHARACTERS.charAt(random.nextInt(KEY_CHARACTERS.length())));
    }
    return key.toString();
  }

  @Override
  public WebIdentity assume(
      String roleArn, String sessionName, String token, Duration lifetime, Instant now) {
    Optional<TokenIssuer> issuer = users.tokens();
    if (issuer.isEmpty()) {
      return new WebIdentity.NotAssumed(
          400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account");
    }
    return switch (ServiceAccountTokens.check(token, issuer.get(), now)) {
      case CheckedToken.BadToken(String code, String message) ->
          new WebIdentity.NotAssumed(400, code, message);
      case CheckedToken.GoodToken accepted ->
          assume(roleArn, sessionName, accepted, issuer.get(), lifetime, now);
    };
  }

  private WebIdentity assume(
      String roleArn,
      String sessionName,
      CheckedToken.GoodToken token,
      TokenIssuer issuer,
      Duration lifetime,
      Instant now) {
    String prefix = "arn:aws:iam::" + account + ":role/";
    Optional<KnownUser> user =
        Optional.of(roleArn)
            .filter(arn -> arn.startsWith(prefix))
            .flatMap(arn -> users.user(arn.substring(prefix.length())))
            .filter(
                found ->
                    token.namespace().equals(namespace)
                        && found.serviceAccounts().contains(token.serviceAccount()));
    if (user.isEmpty()) {
      return new WebIdentity.NotAssumed(403, "AccessDenied", NOT_AUTHORIZED);
    }
    String id = newKey();
    String name = user.get().name();
    SessionToken session =
        new SessionToken(id, name, user.get().id(), sessionName, now.plus(lifetime).toEpochMilli());
    return new WebIdentity.Assumed(
        credential(Signer.session(id, account, user.get().id(), name, sessionName), session),
        token.subject(),
        issuer.audience(),
        issuer.issuer());
  }
}

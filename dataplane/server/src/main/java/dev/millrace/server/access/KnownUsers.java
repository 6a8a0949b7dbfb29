// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.access;

import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.identity.SessionToken;
import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.identity.UserDirectory.ListedKey;
import dev.millrace.core.identity.UserDirectory.ListedUser;
import dev.millrace.core.identity.UserDirectory.TokenIssuer;
import dev.millrace.protocol.auth.Credential;
import dev.millrace.protocol.auth.CredentialSource;
import dev.millrace.protocol.auth.Signer;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.config.ServerSettings.InvalidServerSettingException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The users that a front knows: those whose keys are in the settings, and those of the directory
 * that the operator writes. Files are read again regularly, since mounted Secrets change while the
 * process runs; what cannot be read changes nothing. Without its file the directory is empty.
 */
public final class KnownUsers implements CredentialSource {
  private static final Logger LOG = Logger.getLogger(KnownUsers.class);

  private final ServerSettings settings;
  private final String account;
  private final TokenSigner signer;
  private volatile Snapshot now;

  /** What one reading found. */
  private record Snapshot(
      Map<String, Credential> keys, Map<String, KnownUser> users, Optional<TokenIssuer> tokens) {}

  /**
   * Reads the users of a process.
   *
   * @param account 12 digits
   * @param signer signs session tokens
   * @throws IOException if a file cannot be read
   */
  public KnownUsers(ServerSettings settings, String account, TokenSigner signer)
      throws IOException {
    this.settings = settings;
    this.account = account;
    this.signer = signer;
    this.now = read();
  }

  /**
   * Reads the files again.
   *
   * @throws IOException if one cannot be read; what was read before stays in force
   */
  public void readAgain() throws IOException {
    now = read();
  }

  private Snapshot read() throws IOException {
    Snapshot found = new Snapshot(new HashMap<>(), new HashMap<>(), Optional.empty());
    addKeys(settings.credentials(), found);
    if (settings.credentialsFile().isPresent()) {
      Path file = settings.credentialsFile().get();
      Map<String, String> keys;
      try {
        keys = ServerSettings.accessKeys(file.toString(), Files.readString(file));
      } catch (InvalidServerSettingException e) {
        throw new IOException(e.getMessage(), e);
      }
      if (keys.isEmpty()) {
        throw new IOException(file + " holds no access key");
      }
      addKeys(keys, found);
    }
    if (settings.usersFile().filter(Files::exists).isPresent()) {
      found = withDirectory(settings.usersFile().orElseThrow(), found);
    }
    return found;
  }

  private void addKeys(Map<String, String> secrets, Snapshot to) {
    secrets.forEach(
        (id, secret) -> {
          to.users().put(id, KnownUser.ofKey(id));
          to.keys().put(id, Credential.permanent(Signer.ofKey(id, account), secret));
        });
  }

  private Snapshot withDirectory(Path file, Snapshot found) throws IOException {
    UserDirectory directory;
    try {
      directory = new JsonObject(Files.readString(file)).mapTo(UserDirectory.class);
    } catch (DecodeException | IllegalArgumentException e) {
      // The document holds secrets, which the cause might repeat.
      throw new IOException(file + " is no directory of users");
    }
    for (ListedUser listed : directory.users()) {
      try {
        if (found.users().containsKey(listed.name())) {
          throw new IllegalArgumentException("an access key of the settings is called like that");
        }
        KnownUser user = KnownUser.of(listed);
        Map<String, Credential> keys = new HashMap<>();
        listed.keys().forEach(key -> keys.put(key.id(), credential(listed, key)));
        found.users().put(user.name(), user);
        found.keys().putAll(keys);
      } catch (IllegalArgumentException | DateTimeException e) {
        // The operator lists no such user. The others must not suffer from one.
        LOG.warnf("user %s of %s may do nothing: %s", listed.name(), file, e.getMessage());
      }
    }
    return new Snapshot(found.keys(), found.users(), Optional.ofNullable(directory.tokens()));
  }

  private Credential credential(ListedUser user, ListedKey key) {
    return new Credential(
        Signer.user(key.id(), account, user.id(), user.name()),
        key.secret(),
        Optional.empty(),
        Optional.ofNullable(key.expiresAt()).map(Instant::parse));
  }

  @Override
  public Optional<Credential> find(String accessKeyId, Optional<String> sessionToken) {
    return sessionToken.isEmpty()
        ? Optional.ofNullable(now.keys().get(accessKeyId))
        : SessionToken.decode(signer, sessionToken.get())
            .filter(token -> token.accessKeyId().equals(accessKeyId))
            .filter(this::isOfAUser)
            .map(token -> credential(token, sessionToken.get()));
  }

  private boolean isOfAUser(SessionToken token) {
    KnownUser user = now.users().get(token.userName());
    return user != null && user.id().equals(token.userId());
  }

  private Credential credential(SessionToken token, String text) {
    return new Credential(
        token.sessionName().isEmpty()
            ? Signer.user(token.accessKeyId(), account, token.userId(), token.userName())
            : Signer.session(
                token.accessKeyId(),
                account,
                token.userId(),
                token.userName(),
                token.sessionName()),
        SessionToken.secretKey(signer, text),
        Optional.of(text),
        Optional.of(token.expiresAt()));
  }

  /** A user by its name. */
  Optional<KnownUser> user(String name) {
    return Optional.ofNullable(now.users().get(name));
  }

  /** Whose tokens of service accounts are accepted. */
  Optional<TokenIssuer> tokens() {
    return now.tokens();
  }
}

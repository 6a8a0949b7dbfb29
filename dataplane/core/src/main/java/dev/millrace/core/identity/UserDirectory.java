// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.identity;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The users of a namespace as its fronts know them: a JSON document in a Secret that the operator
 * writes and that is mounted into gateways and shard pods.
 *
 * @param users the users, at most {@link #MAX_USERS}
 * @param tokens who signs the tokens of service accounts; null if they are not accepted
 */
public record UserDirectory(List<ListedUser> users, @Nullable TokenIssuer tokens) {
  /** The Secret. */
  public static final String SECRET = "millrace-users";

  /** The document in the Secret. */
  public static final String FILE = "users.json";

  /**
   * Users of a namespace. With the longest policies they need less than the MiB that a Secret may
   * have.
   */
  public static final int MAX_USERS = 100;

  /** Service accounts of a user. */
  public static final int MAX_SERVICE_ACCOUNTS = 20;

  public UserDirectory {
    users = listed("users", users);
    if (users.size() > MAX_USERS) {
      throw new IllegalArgumentException(
          "users must be at most %d, found %d".formatted(MAX_USERS, users.size()));
    }
  }

  /**
   * A user.
   *
   * @param name unique in the namespace
   * @param id unique over all users that there ever were
   * @param policy an identity-based policy; null if the user has none
   * @param serviceAccounts names of service accounts of the same namespace whose tokens are good
   *     for a session of the user
   * @param keys that the user signs with
   */
  public record ListedUser(
      String name,
      String id,
      @Nullable String policy,
      List<String> serviceAccounts,
      List<ListedKey> keys) {
    public ListedUser {
      required("name", name);
      required("id", id);
      serviceAccounts = listed("serviceAccounts", serviceAccounts);
      keys = listed("keys", keys);
    }
  }

  /**
   * An access key.
   *
   * @param id the access key id
   * @param secret the secret access key
   * @param generation of the user's keys, from 1
   * @param createdAt ISO 8601
   * @param expiresAt ISO 8601; null for a key that does not expire
   */
  public record ListedKey(
      String id, String secret, long generation, String createdAt, @Nullable String expiresAt) {
    public ListedKey {
      required("id", id);
      required("secret", secret);
      required("createdAt", createdAt);
    }

    /** Omits the secret, since this ends up in logs. */
    @Override
    public String toString() {
      return "ListedKey[" + id + "]";
    }
  }

  /**
   * The cluster's issuer of service accounts' tokens.
   *
   * @param issuer the {@code iss} claim
   * @param audience what the {@code aud} claim has to contain
   * @param keys a JSON Web Key Set, RFC 7517
   */
  public record TokenIssuer(String issuer, String audience, String keys) {
    public TokenIssuer {
      required("issuer", issuer);
      required("audience", audience);
      required("keys", keys);
    }
  }

  /** JSON that was read may lack a field, whatever its type says. */
  private static void required(String field, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(field + " is required, found nothing");
    }
  }

  private static <T> List<T> listed(String field, List<T> values) {
    required(field, values);
    if (values.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(field + " must hold no null");
    }
    return List.copyOf(values);
  }
}

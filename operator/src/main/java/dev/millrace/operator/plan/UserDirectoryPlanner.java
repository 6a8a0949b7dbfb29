// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.identity.UserDirectory.ListedKey;
import dev.millrace.core.identity.UserDirectory.ListedUser;
import dev.millrace.core.identity.UserDirectory.TokenIssuer;
import dev.millrace.policy.ParsedPolicy;
import dev.millrace.policy.PolicyKind;
import dev.millrace.policy.PolicyParser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which users and keys the fronts of a namespace know.
 *
 * <p>A new key is listed first, and given out once every front must know it: a kubelet takes over
 * changes of a mounted Secret within a minute and a half. Until then the former one is given out,
 * and for the overlap after that it is accepted.
 *
 * @param spreading how long it takes until all fronts know a key
 * @param keys draws a key: its id and its secret
 */
public record UserDirectoryPlanner(Duration spreading, Supplier<DrawnKey> keys) {
  /** The longest name of an IAM user. */
  static final int MAX_NAME = 64;

  /** A fresh key. */
  public record DrawnKey(String id, String secret) {}

  /**
   * A user as its object declares it.
   *
   * @param id unique over all users that there ever were
   * @param createdAt of the object, RFC 3339
   * @param overlap for how long a replaced key is accepted
   * @param held the key in the user's Secret, if it has one
   */
  public record DeclaredUser(
      String name,
      String id,
      String createdAt,
      @Nullable String policy,
      List<String> serviceAccounts,
      long keyGeneration,
      Duration overlap,
      Optional<ListedKey> held) {
    public DeclaredUser {
      serviceAccounts = List.copyOf(serviceAccounts);
    }
  }

  /**
   * What is to be done for a user.
   *
   * @param key to be in its Secret, if one can be given out
   * @param recheckAfter when that changes, or a key expires
   */
  public record UserState(
      ConditionState ready, Optional<ListedKey> key, Optional<Duration> recheckAfter) {
    /** The state if its Secret belongs to somebody else. */
    public UserState withTakenSecret(String secret) {
      return new UserState(
          ConditionState.no(
              "SecretTaken",
              "the Secret %s, which the key belongs in, is somebody else's".formatted(secret)),
          Optional.empty(),
          recheckAfter);
    }
  }

  /** The directory that the namespace should have, and the states of its users by name. */
  public record DirectoryPlan(UserDirectory directory, Map<String, UserState> states) {}

  /**
   * Plans a namespace.
   *
   * @param declared all users of the namespace
   * @param current what the fronts have, if they have anything
   * @param tokens who signs tokens of service accounts; absent if that is unknown
   */
  public DirectoryPlan plan(
      List<DeclaredUser> declared,
      Optional<UserDirectory> current,
      Optional<TokenIssuer> tokens,
      Instant now) {
    Map<String, ListedUser> listed = new HashMap<>();
    current.ifPresent(of -> of.users().forEach(user -> listed.put(user.id(), user)));
    List<ListedUser> next = new ArrayList<>();
    Map<String, UserState> states = new HashMap<>();
    List<DeclaredUser> oldestFirst =
        declared.stream()
            .sorted(Comparator.comparing(DeclaredUser::createdAt).thenComparing(DeclaredUser::name))
            .toList();
    for (DeclaredUser user : oldestFirst) {
      Optional<ConditionState> invalid =
          next.size() == UserDirectory.MAX_USERS ? Optional.of(tooMany()) : invalid(user);
      if (invalid.isPresent()) {
        states.put(user.name(), new UserState(invalid.get(), Optional.empty(), Optional.empty()));
      } else {
        List<ListedKey> keys = keys(user, Optional.ofNullable(listed.get(user.id())), now);
        next.add(
            new ListedUser(user.name(), user.id(), user.policy(), user.serviceAccounts(), keys));
        states.put(user.name(), state(keys, now));
      }
    }
    TokenIssuer known = current.map(UserDirectory::tokens).orElse(null);
    return new DirectoryPlan(new UserDirectory(next, tokens.orElse(known)), states);
  }

  private static ConditionState tooMany() {
    return ConditionState.no(
        "TooManyUsers",
        "a namespace has at most %d users, and others are older"
            .formatted(UserDirectory.MAX_USERS));
  }

  private static Optional<ConditionState> invalid(DeclaredUser user) {
    if (user.name().length() > MAX_NAME) {
      return Optional.of(
          ConditionState.no(
              "InvalidName",
              "metadata.name must have at most %d characters, found %d"
                  .formatted(MAX_NAME, user.name().length())));
    }
    if (user.policy() == null) {
      return Optional.empty();
    }
    return switch (PolicyParser.parse(PolicyKind.IDENTITY, user.policy())) {
      case ParsedPolicy.WellFormed _ -> Optional.empty();
      case ParsedPolicy.NotAPolicy(String message) ->
          Optional.of(ConditionState.no("InvalidPolicy", "spec.policy: " + message));
    };
  }

  /** The keys that are accepted, the newest first. */
  private List<ListedKey> keys(DeclaredUser user, Optional<ListedUser> listed, Instant now) {
    List<ListedKey> kept =
        Stream.concat(
                listed.stream().flatMap(is -> is.keys().stream()),
                // Somebody deleted the directory; the user has its key still.
                listed.isEmpty() ? user.held().stream() : Stream.empty())
            .filter(key -> key.expiresAt() == null || now.isBefore(Instant.parse(key.expiresAt())))
            .toList();
    boolean isCurrent =
        kept.stream()
            .anyMatch(key -> key.expiresAt() == null && key.generation() >= user.keyGeneration());
    if (isCurrent) {
      return kept;
    }
    DrawnKey drawn = keys.get();
    String end = now.plus(spreading).plus(user.overlap()).toString();
    return Stream.concat(
            Stream.of(
                new ListedKey(
                    drawn.id(), drawn.secret(), user.keyGeneration(), now.toString(), null)),
            kept.stream()
                .map(
                    key ->
                        key.expiresAt() == null
                            ? new ListedKey(
                                key.id(), key.secret(), key.generation(), key.createdAt(), end)
                            : key))
        .toList();
  }

  private UserState state(List<ListedKey> keys, Instant now) {
    Optional<ListedKey> given =
        keys.stream().filter(key -> !now.isBefore(spreadAt(key))).findFirst();
    Optional<Duration> recheck =
        keys.stream()
            .flatMap(
                key ->
                    Stream.concat(
                        Stream.of(spreadAt(key)),
                        Optional.ofNullable(key.expiresAt()).map(Instant::parse).stream()))
            .filter(now::isBefore)
            .min(Comparator.naturalOrder())
            .map(at -> Duration.between(now, at));
    ListedKey newest = keys.getFirst();
    return new UserState(
        given.filter(newest::equals).isPresent()
            ? ConditionState.yes(
                "KeyGiven",
                "the Secret has the key of generation %d".formatted(newest.generation()))
            : ConditionState.no(
                "KeySpreading",
                "the key of generation %d is given out at %s, when all gateways know it"
                    .formatted(newest.generation(), spreadAt(newest))),
        given,
        recheck);
  }

  private Instant spreadAt(ListedKey key) {
    return Instant.parse(key.createdAt()).plus(spreading);
  }
}

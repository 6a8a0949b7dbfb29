// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.config;

import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.core.report.GroupPorts;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The settings of a process, read from its environment. The process does not start if a variable
 * that begins with {@code MILLRACE_} is not one of {@link ServerVariable}, or if a value is
 * invalid.
 *
 * @param role what this process does
 * @param host address of both ports
 * @param port the Kinesis port, 0 for any free one
 * @param rpcPort the internal port of a shard pod, 0 for any free one; that of its first group
 * @param groups how many Raft groups a shard pod has a member of
 * @param healthPort SmallRye Health's port, 0 for any free one
 * @param data folder for all stored data
 * @param limits throughput profile
 * @param instant whether control calls take effect before they answer
 * @param credentials access key ids and their secrets
 * @param credentialsFile file with the same, read again when it changes; without these and users,
 *     requests are not authenticated
 * @param usersFile file with the directory of users, read again when it changes
 * @param region part of ARNs and, with credentials, of the scope of signatures
 * @param account 12 digits, part of ARNs
 * @param tlsCertificate PEM file with the certificate to use instead of the self-signed one
 * @param tlsKey PEM file with its key
 * @param diskReserveMib writes are rejected when less than this is free
 * @param maxConnections most connections that are open at a time
 * @param anonymous whether the port may be opened to other machines without authentication
 * @param namespace the namespace whose streams a gateway or a shard pod serves
 * @param gateway URL of the gateway, which a shard pod names for control calls
 * @param raftTls folder with {@code tls.crt}, {@code tls.key} and {@code ca.crt}, by which the
 *     members of a Raft group know each other; a group alone needs none
 * @param rpcTls folder with {@code tls.crt}, {@code tls.key} and {@code ca.crt}, by which gateways,
 *     shard pods and operators know each other at the internal ports
 * @param noticesTo URL of the operators that a shard pod tells of its changes; without it, they see
 *     them when they ask next
 * @param tokenKey file with the key of shard iterators, the same for all fronts of a namespace
 * @param masterKeys folder that says which master keys encrypt the data keys of streams; without
 *     it, no stream can be encrypted
 * @param callLimits whether control calls are limited to the service's rates
 * @param shardLimit most open shards of all streams in provisioned mode together
 * @param manifests folder of KinesisStream manifests that standalone applies when it starts
 * @param audit where control calls and refusals are recorded
 */
public record ServerSettings(
    Role role,
    String host,
    int port,
    int rpcPort,
    int groups,
    int healthPort,
    Path data,
    LimitsProfile limits,
    boolean instant,
    Map<String, String> credentials,
    Optional<Path> credentialsFile,
    Optional<Path> usersFile,
    String region,
    String account,
    Optional<Path> tlsCertificate,
    Optional<Path> tlsKey,
    int diskReserveMib,
    int maxConnections,
    boolean anonymous,
    Optional<String> namespace,
    Optional<String> gateway,
    Optional<Path> raftTls,
    Optional<Path> rpcTls,
    Optional<URI> noticesTo,
    Optional<Path> tokenKey,
    Optional<Path> masterKeys,
    boolean callLimits,
    int shardLimit,
    Optional<Path> manifests,
    AuditTarget audit) {

  private static final String PREFIX = "MILLRACE_";

  /** The largest value that DescribeLimits can return, by the service's model. */
  private static final int MAX_SHARDS = 1_000_000;

  private static final int MAX_PORT = 65_535;

  /** As many as there may be pods in a set, each of which can lead one. */
  private static final int MAX_GROUPS = 5;

  /** What a process does. */
  public enum Role {
    /** Everything, with one replica. */
    STANDALONE,
    /** Hosts the shards that the operator assigns to it, and serves the API of their streams. */
    SHARD,
    /** Serves the Kinesis API of a namespace. */
    GATEWAY
  }

  /** The variables and their defaults. */
  public enum ServerVariable {
    ROLE("standalone"),
    HOST("127.0.0.1"),
    PORT("4567"),
    RPC_PORT("4569"),
    GROUPS("1"),
    HEALTH_PORT("4568"),
    DATA("data"),
    LIMITS("none"),
    INSTANT("false"),
    CREDENTIALS(""),
    CREDENTIALS_FILE(""),
    USERS_FILE(""),
    REGION("us-east-1"),
    ACCOUNT("000000000000"),
    TLS_CERTIFICATE(""),
    TLS_KEY(""),
    DISK_RESERVE_MIB("256"),
    MAX_CONNECTIONS("10000"),
    ANONYMOUS("false"),
    NAMESPACE(""),
    GATEWAY(""),
    RAFT_TLS(""),
    RPC_TLS(""),
    NOTICES_TO(""),
    TOKEN_KEY(""),
    MASTER_KEYS(""),
    CALL_LIMITS("false"),
    SHARD_LIMIT("20000"),
    MANIFESTS(""),
    AUDIT("off");

    private final String defaultValue;

    ServerVariable(String defaultValue) {
      this.defaultValue = defaultValue;
    }

    /** The environment variable. */
    public String variable() {
      return PREFIX + name();
    }
  }

  /** An invalid setting. The message is one line for the person who starts the process. */
  public static final class InvalidServerSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidServerSettingException(String message) {
      super(message);
    }
  }

  public ServerSettings {
    credentials = Map.copyOf(credentials);
    if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
      throw new InvalidServerSettingException(
          ServerVariable.TLS_CERTIFICATE.variable()
              + " and "
              + ServerVariable.TLS_KEY.variable()
              + " must be set both or not at all");
    }
    if (role != Role.STANDALONE && namespace.isEmpty()) {
      throw new InvalidServerSettingException(
          ServerVariable.NAMESPACE.variable()
              + " is required for a gateway and for a shard pod: the namespace whose streams it serves");
    }
    if (role != Role.STANDALONE && rpcTls.isEmpty() && !isLoopback(host)) {
      throw new InvalidServerSettingException(
          "%s is %s: without %s whoever reaches the internal port may write records, so only 127.0.0.1, ::1 or localhost is allowed"
              .formatted(ServerVariable.HOST.variable(), host, ServerVariable.RPC_TLS.variable()));
    }
    if (GroupPorts.of(rpcPort, groups - 1) > MAX_PORT) {
      throw new InvalidServerSettingException(
          "%s is %d: the port of the last of %d groups would be %d, above %d"
              .formatted(
                  ServerVariable.RPC_PORT.variable(),
                  rpcPort,
                  groups,
                  GroupPorts.of(rpcPort, groups - 1),
                  MAX_PORT));
    }
    if (!credentials.isEmpty() && credentialsFile.isPresent()) {
      throw new InvalidServerSettingException(
          ServerVariable.CREDENTIALS.variable()
              + " and "
              + ServerVariable.CREDENTIALS_FILE.variable()
              + " must not be set both");
    }
    if (!authenticates(credentials, credentialsFile, usersFile)
        && !anonymous
        && !isLoopback(host)) {
      throw new InvalidServerSettingException(
          ServerVariable.HOST.variable()
              + " is "
              + host
              + ": without "
              + ServerVariable.CREDENTIALS.variable()
              + ", "
              + ServerVariable.CREDENTIALS_FILE.variable()
              + " or "
              + ServerVariable.USERS_FILE.variable()
              + " requests are not authenticated, so only 127.0.0.1, ::1 or localhost is allowed, unless "
              + ServerVariable.ANONYMOUS.variable()
              + " is true");
    }
  }

  /** Whether requests have to be signed: there is somebody who can sign. */
  public boolean authenticates() {
    return authenticates(credentials, credentialsFile, usersFile);
  }

  private static boolean authenticates(
      Map<String, String> credentials, Optional<Path> credentialsFile, Optional<Path> usersFile) {
    return !credentials.isEmpty() || credentialsFile.isPresent() || usersFile.isPresent();
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }

  /**
   * Reads the environment.
   *
   * @throws InvalidServerSettingException naming the variable, what was found and what was expected
   */
  public static ServerSettings of(Map<String, String> environment) {
    rejectUnknown(environment);
    Values values = new Values(environment);
    return new ServerSettings(
        values.choice(ServerVariable.ROLE, Role.class),
        values.text(ServerVariable.HOST),
        values.number(ServerVariable.PORT, 0, MAX_PORT),
        values.number(ServerVariable.RPC_PORT, 0, MAX_PORT),
        values.number(ServerVariable.GROUPS, 1, MAX_GROUPS),
        values.number(ServerVariable.HEALTH_PORT, 0, MAX_PORT),
        Path.of(values.text(ServerVariable.DATA)),
        values.choice(ServerVariable.LIMITS, LimitsProfile.class),
        values.flag(ServerVariable.INSTANT),
        accessKeys(ServerVariable.CREDENTIALS.variable(), values.text(ServerVariable.CREDENTIALS)),
        values.path(ServerVariable.CREDENTIALS_FILE),
        values.path(ServerVariable.USERS_FILE),
        values.matching(ServerVariable.REGION, "[a-z0-9-]{1,32}"),
        values.matching(ServerVariable.ACCOUNT, "[0-9]{12}"),
        values.path(ServerVariable.TLS_CERTIFICATE),
        values.path(ServerVariable.TLS_KEY),
        values.number(ServerVariable.DISK_RESERVE_MIB, 64, 1 << 20),
        values.number(ServerVariable.MAX_CONNECTIONS, 1, 1_000_000),
        values.flag(ServerVariable.ANONYMOUS),
        values.given(ServerVariable.NAMESPACE),
        values.given(ServerVariable.GATEWAY),
        values.path(ServerVariable.RAFT_TLS),
        values.path(ServerVariable.RPC_TLS),
        values.url(ServerVariable.NOTICES_TO),
        values.path(ServerVariable.TOKEN_KEY),
        values.path(ServerVariable.MASTER_KEYS),
        values.flag(ServerVariable.CALL_LIMITS),
        values.number(ServerVariable.SHARD_LIMIT, 1, MAX_SHARDS),
        values.path(ServerVariable.MANIFESTS),
        values.auditTarget(ServerVariable.AUDIT));
  }

  /**
   * Reads access keys: {@code ACCESS_KEY_ID:SECRET}, several separated by commas.
   *
   * @param source where the text is from, for messages
   * @return secrets by access key id; empty for an empty text
   */
  public static Map<String, String> accessKeys(String source, String text) {
    Map<String, String> secrets = new LinkedHashMap<>();
    String stripped = text.strip();
    for (String pair : stripped.isEmpty() ? new String[0] : stripped.split(",", -1)) {
      int colon = pair.indexOf(':');
      if (colon < 1 || colon == pair.length() - 1) {
        // The value holds secrets, so it is not repeated.
        throw new InvalidServerSettingException(
            source + " must be ACCESS_KEY_ID:SECRET, several separated by commas");
      }
      secrets.put(pair.substring(0, colon), pair.substring(colon + 1));
    }
    return secrets;
  }

  private static void rejectUnknown(Map<String, String> environment) {
    Set<String> unknown = new TreeSet<>(environment.keySet());
    unknown.removeIf(name -> !name.startsWith(PREFIX));
    Arrays.stream(ServerVariable.values()).map(ServerVariable::variable).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new InvalidServerSettingException(
          "unknown setting "
              + String.join(", ", unknown)
              + "; known are "
              + Arrays.stream(ServerVariable.values())
                  .map(ServerVariable::variable)
                  .collect(Collectors.joining(", ")));
    }
  }

  /** Reads and checks single variables. */
  private record Values(Map<String, String> environment) {
    String text(ServerVariable setting) {
      String found = environment.getOrDefault(setting.variable(), "").strip();
      return found.isEmpty() ? setting.defaultValue : found;
    }

    private InvalidServerSettingException invalid(ServerVariable setting, String expected) {
      return new InvalidServerSettingException(
          "%s must be %s, found '%s'".formatted(setting.variable(), expected, text(setting)));
    }

    int number(ServerVariable setting, int least, int most) {
      try {
        int found = Integer.parseInt(text(setting));
        if (found >= least && found <= most) {
          return found;
        }
      } catch (NumberFormatException e) {
        // The message below covers this case too.
      }
      throw invalid(setting, "a number from " + least + " to " + most);
    }

    boolean flag(ServerVariable setting) {
      return switch (text(setting)) {
        case "true" -> true;
        case "false" -> false;
        default -> throw invalid(setting, "true or false");
      };
    }

    <E extends Enum<E>> E choice(ServerVariable setting, Class<E> choices) {
      Map<String, E> byName =
          Arrays.stream(choices.getEnumConstants())
              .collect(
                  Collectors.toMap(
                      e -> e.name().toLowerCase(java.util.Locale.ROOT),
                      Function.identity(),
                      (a, b) -> a,
                      LinkedHashMap::new));
      E found = byName.get(text(setting));
      if (found == null) {
        throw invalid(setting, "one of " + byName.keySet());
      }
      return found;
    }

    String matching(ServerVariable setting, String pattern) {
      if (!text(setting).matches(pattern)) {
        throw invalid(setting, "a text of the form " + pattern);
      }
      return text(setting);
    }

    Optional<String> given(ServerVariable setting) {
      return Optional.of(text(setting)).filter(text -> !text.isEmpty());
    }

    Optional<URI> url(ServerVariable setting) {
      return given(setting)
          .map(
              text -> {
                if (!text.matches("http://[A-Za-z0-9.-]+:[0-9]{1,5}/[A-Za-z0-9./_-]*")) {
                  throw invalid(setting, "a URL of the form http://HOST:PORT/PATH");
                }
                return URI.create(text);
              });
    }

    AuditTarget auditTarget(ServerVariable setting) {
      return AuditTarget.parse(text(setting))
          .orElseThrow(
              () -> invalid(setting, "off, stdout, file:PATH or the absolute path of a file"));
    }

    Optional<Path> path(ServerVariable setting) {
      return given(setting).map(Path::of);
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The settings of the operator, read from its environment. Every variable that begins with {@code
 * MILLRACE_} must be one of {@link Setting}: an unknown variable or an invalid value prevents the
 * start.
 *
 * @param region region in ARNs
 * @param shardImage image of the shard pods
 * @param shardImagePullPolicy Always, IfNotPresent or Never
 * @param endpoint URL of the Kinesis API; {@code {namespace}} stands for the stream's namespace
 * @param noticesUrl URL of the operators, which shard pods tell of changes
 * @param anonymous whether shard pods serve requests without a signature
 * @param credentialsSecret Secret of a stream's namespace with the access keys of its clients
 * @param tokenKeySecret Secret of a stream's namespace with the key of iterators
 * @param audit where shard pods record calls: off, stdout or a file
 * @param masterKeysSecret Secret of a stream's namespace with the master keys of its streams
 * @param tlsSecret Secret of a stream's namespace with the certificate; empty: self-signed ones
 * @param namespaces namespaces whose streams are reconciled; empty for all
 * @param gatewayNamespaces namespaces whose gateways get a certificate for internal calls
 * @param leaseNamespace namespace of the Lease by which one of several operators is elected; empty:
 *     this is the only one
 * @param replicas number of copies of each record in a stream that does not say it: 1, 3 or 5
 * @param prepareTimeout how long the pods of a reshard's children may take to come up before the
 *     reshard is given up, 1 s to 9,999 s
 */
public record OperatorSettings(
    String region,
    String shardImage,
    String shardImagePullPolicy,
    String endpoint,
    String noticesUrl,
    boolean anonymous,
    String credentialsSecret,
    String tokenKeySecret,
    String audit,
    String masterKeysSecret,
    Optional<String> tlsSecret,
    List<String> namespaces,
    List<String> gatewayNamespaces,
    Optional<String> leaseNamespace,
    int replicas,
    Duration prepareTimeout) {

  private static final String PREFIX = "MILLRACE_";
  private static final String DNS_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  private static final String SECRET_NAME = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";

  /** The variables with their default values and the patterns that values must match. */
  public enum Setting {
    REGION("us-east-1", "[a-z0-9-]{1,32}"),
    SHARD_IMAGE("", "[^\\s]{1,512}"),
    SHARD_IMAGE_PULL_POLICY("IfNotPresent", "Always|IfNotPresent|Never"),
    ENDPOINT("http://millrace-gateway.{namespace}.svc:4567", "https?://[^\\s]{1,256}"),
    NOTICES_URL(
        "http://millrace-operator.millrace.svc:4568", "http://[A-Za-z0-9.-]{1,253}:[0-9]{1,5}"),
    ANONYMOUS("false", "true|false"),
    CREDENTIALS_SECRET("millrace-credentials", SECRET_NAME),
    TOKEN_KEY_SECRET("millrace-token-key", SECRET_NAME),
    AUDIT("off", "off|stdout|(file:)?/[^\\s]{1,512}"),
    MASTER_KEYS_SECRET("millrace-master-keys", SECRET_NAME),
    TLS_SECRET("", "(" + SECRET_NAME + ")?"),
    LEASE_NAMESPACE("", "(" + DNS_LABEL + ")?"),
    REPLICAS("1", "1|3|5"),
    PREPARE_TIMEOUT_SECONDS("300", "[1-9][0-9]{0,3}"),
    NAMESPACES("", "(" + DNS_LABEL + "(," + DNS_LABEL + ")*)?"),
    GATEWAY_NAMESPACES("", "(" + DNS_LABEL + "(," + DNS_LABEL + ")*)?");

    private final String defaultValue;
    private final String pattern;

    Setting(String defaultValue, String pattern) {
      this.defaultValue = defaultValue;
      this.pattern = pattern;
    }

    /** The environment variable. */
    public String variable() {
      return PREFIX + name();
    }

    private String read(Map<String, String> environment) {
      String given = environment.getOrDefault(variable(), "").strip();
      String found = given.isEmpty() ? defaultValue : given;
      if (!found.matches(pattern)) {
        throw new InvalidSettingException(
            found.isEmpty()
                ? variable() + " must be set"
                : "%s must match %s, found '%s'".formatted(variable(), pattern, found));
      }
      return found;
    }
  }

  /** An invalid setting. The message is one line for the person who starts the process. */
  public static final class InvalidSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidSettingException(String message) {
      super(message);
    }
  }

  public OperatorSettings {
    namespaces = List.copyOf(namespaces);
    gatewayNamespaces = List.copyOf(gatewayNamespaces);
  }

  /**
   * Reads the environment.
   *
   * @throws InvalidSettingException naming the variable, what was found and what was expected
   */
  public static OperatorSettings of(Map<String, String> environment) {
    rejectUnknown(environment);
    return new OperatorSettings(
        Setting.REGION.read(environment),
        Setting.SHARD_IMAGE.read(environment),
        Setting.SHARD_IMAGE_PULL_POLICY.read(environment),
        Setting.ENDPOINT.read(environment),
        Setting.NOTICES_URL.read(environment),
        Boolean.parseBoolean(Setting.ANONYMOUS.read(environment)),
        Setting.CREDENTIALS_SECRET.read(environment),
        Setting.TOKEN_KEY_SECRET.read(environment),
        Setting.AUDIT.read(environment),
        Setting.MASTER_KEYS_SECRET.read(environment),
        Optional.of(Setting.TLS_SECRET.read(environment)).filter(name -> !name.isEmpty()),
        names(Setting.NAMESPACES.read(environment)),
        names(Setting.GATEWAY_NAMESPACES.read(environment)),
        Optional.of(Setting.LEASE_NAMESPACE.read(environment)).filter(name -> !name.isEmpty()),
        Integer.parseInt(Setting.REPLICAS.read(environment)),
        Duration.ofSeconds(Long.parseLong(Setting.PREPARE_TIMEOUT_SECONDS.read(environment))));
  }

  private static List<String> names(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
  }

  /** The endpoint of the streams of a namespace. */
  public String endpointIn(String namespace) {
    return endpoint.replace("{namespace}", namespace);
  }

  private static void rejectUnknown(Map<String, String> environment) {
    Set<String> unknown = new TreeSet<>(environment.keySet());
    unknown.removeIf(name -> !name.startsWith(PREFIX));
    Arrays.stream(Setting.values()).map(Setting::variable).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new InvalidSettingException(
          "unknown setting "
              + String.join(", ", unknown)
              + "; known are "
              + Arrays.stream(Setting.values())
                  .map(Setting::variable)
                  .collect(Collectors.joining(", ")));
    }
  }
}

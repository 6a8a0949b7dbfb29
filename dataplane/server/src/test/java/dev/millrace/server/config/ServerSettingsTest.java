// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.server.config.ServerSettings.ServerVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The error for an invalid setting names the variable, what was found and what was expected. */
class ServerSettingsTest {
  @Test
  void theDefaultsSuitALaptop() {
    ServerSettings settings = ServerSettings.of(Map.of("PATH", "/bin"));
    assertThat(settings.port()).isEqualTo(4567);
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.limits()).isEqualTo(LimitsProfile.NONE);
    assertThat(settings.credentials()).isEmpty();
    assertThat(settings.instant()).isFalse();
    assertThat(settings.shardLimit()).isEqualTo(20_000);
    assertThat(settings.groups()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MILLRACE_PORT|abc|MILLRACE_PORT must be a number from 0 to 65535, found 'abc'
          MILLRACE_PORT|65536|MILLRACE_PORT must be a number from 0 to 65535, found '65536'
          MILLRACE_GROUPS|0|MILLRACE_GROUPS must be a number from 1 to 5, found '0'
          MILLRACE_GROUPS|6|MILLRACE_GROUPS must be a number from 1 to 5, found '6'
          MILLRACE_ROLE|boss|MILLRACE_ROLE must be one of [standalone, shard, gateway], found 'boss'
          MILLRACE_ROLE|gateway|MILLRACE_NAMESPACE is required for a gateway
          MILLRACE_LIMITS|some|MILLRACE_LIMITS must be one of [none, aws], found 'some'
          MILLRACE_INSTANT|yes|MILLRACE_INSTANT must be true or false, found 'yes'
          MILLRACE_SHARD_LIMIT|0|MILLRACE_SHARD_LIMIT must be a number from 1 to 1000000, found '0'
          MILLRACE_SHARD_LIMIT|many|MILLRACE_SHARD_LIMIT must be a number from 1 to 1000000, found 'many'
          MILLRACE_ACCOUNT|12|MILLRACE_ACCOUNT must be a text of the form [0-9]{12}, found '12'
          MILLRACE_TLS_KEY|/k.pem|MILLRACE_TLS_CERTIFICATE and MILLRACE_TLS_KEY must be set both or not at all
          MILLRACE_HOST|0.0.0.0|MILLRACE_HOST is 0.0.0.0: without MILLRACE_CREDENTIALS, MILLRACE_CREDENTIALS_FILE or MILLRACE_USERS_FILE requests are not authenticated
          MILLRACE_AUDIT|audit.json|MILLRACE_AUDIT must be off, stdout, file:PATH or the absolute path of a file, found 'audit.json'
          MILLRACE_PROT|1|unknown setting MILLRACE_PROT; known are MILLRACE_ROLE
          """)
  void anInvalidSettingIsRejected(String variable, String value, String message) {
    assertThatThrownBy(() -> ServerSettings.of(Map.of(variable, value)))
        .isInstanceOf(ServerSettings.InvalidServerSettingException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shard", "gateway"})
  void withoutCertificatesNobodyElseReachesTheInternalPort(String role) {
    Map<String, String> open =
        Map.of(
            "MILLRACE_ROLE",
            role,
            "MILLRACE_NAMESPACE",
            "team",
            "MILLRACE_ANONYMOUS",
            "true",
            "MILLRACE_HOST",
            "0.0.0.0");
    assertThatThrownBy(() -> ServerSettings.of(open))
        .isInstanceOf(ServerSettings.InvalidServerSettingException.class)
        .hasMessageStartingWith("MILLRACE_HOST is 0.0.0.0: without MILLRACE_RPC_TLS whoever");
    Map<String, String> locked = new HashMap<>(open);
    locked.put("MILLRACE_RPC_TLS", "/etc/rpc");
    assertThat(ServerSettings.of(locked).rpcTls()).contains(Path.of("/etc/rpc"));
  }

  @Test
  void eachGroupHasAPort() {
    Map<String, String> most = Map.of("MILLRACE_RPC_PORT", "65531", "MILLRACE_GROUPS", "3");
    assertThat(ServerSettings.of(most).groups()).isEqualTo(3);
    assertThatThrownBy(
            () -> ServerSettings.of(Map.of("MILLRACE_RPC_PORT", "65532", "MILLRACE_GROUPS", "3")))
        .isInstanceOf(ServerSettings.InvalidServerSettingException.class)
        .hasMessage(
            "MILLRACE_RPC_PORT is 65532: the port of the last of 3 groups would be 65536, above 65535");
  }

  @Test
  void theAuditIsOffUnlessItIsSentSomewhere() {
    assertThat(ServerSettings.of(Map.of()).audit()).isEqualTo(new AuditTarget.NoAudit());
    assertThat(ServerSettings.of(Map.of("MILLRACE_AUDIT", "stdout")).audit())
        .isEqualTo(new AuditTarget.AuditToStdout());
    assertThat(ServerSettings.of(Map.of("MILLRACE_AUDIT", "/a/b")).audit())
        .isEqualTo(new AuditTarget.AuditToFile(Path.of("/a/b")));
    assertThat(ServerSettings.of(Map.of("MILLRACE_AUDIT", "file:b")).audit())
        .isEqualTo(new AuditTarget.AuditToFile(Path.of("b")));
  }

  @Test
  void credentialsAreReadAndTheirSecretsNeverRepeated() {
    assertThat(ServerSettings.of(Map.of("MILLRACE_CREDENTIALS", "a:1,b:2:3")).credentials())
        .containsOnly(Map.entry("a", "1"), Map.entry("b", "2:3"));
    assertThatThrownBy(() -> ServerSettings.of(Map.of("MILLRACE_CREDENTIALS", "a:1,secret")))
        .hasMessageContaining("must be ACCESS_KEY_ID:SECRET")
        .hasMessageNotContaining("secret,")
        .hasMessageNotContaining("'secret'");
  }

  @ParameterizedTest
  @EnumSource(ServerVariable.class)
  void everySettingIsInTheReadme(ServerVariable setting) throws Exception {
    assertThat(Files.readString(Path.of("../../README.md")))
        .contains("`" + setting.variable() + "`");
  }
}

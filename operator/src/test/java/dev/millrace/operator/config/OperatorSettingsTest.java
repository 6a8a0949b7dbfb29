// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.operator.config.OperatorSettings.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An invalid setting is reported with its name, the value that was found and what is expected. */
class OperatorSettingsTest {
  private static final Map<String, String> LEAST = Map.of("MILLRACE_SHARD_IMAGE", "millrace:1");

  @Test
  void theImageIsEnough() {
    OperatorSettings settings = OperatorSettings.of(LEAST);
    assertThat(settings.region()).isEqualTo("us-east-1");
    assertThat(settings.shardImagePullPolicy()).isEqualTo("IfNotPresent");
    assertThat(settings.namespaces()).isEmpty();
    assertThat(settings.endpointIn("team-a")).isEqualTo("http://millrace-gateway.team-a.svc:4567");
  }

  @Test
  void namespacesAreAList() {
    Map<String, String> environment = new HashMap<>(LEAST);
    environment.put("MILLRACE_NAMESPACES", "team-a,team-b");
    assertThat(OperatorSettings.of(environment).namespaces()).containsExactly("team-a", "team-b");
  }

  @Test
  void withoutAnImageThereIsNoStart() {
    assertThatThrownBy(() -> OperatorSettings.of(Map.of("PATH", "/bin")))
        .isInstanceOf(OperatorSettings.InvalidSettingException.class)
        .hasMessage("MILLRACE_SHARD_IMAGE must be set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MILLRACE_SHARD_IMAGE|a b|MILLRACE_SHARD_IMAGE must match [^\\s]{1,512}, found 'a b'
          MILLRACE_SHARD_IMAGE_PULL_POLICY|Sometimes|MILLRACE_SHARD_IMAGE_PULL_POLICY must match
          MILLRACE_REGION|Moon|MILLRACE_REGION must match [a-z0-9-]{1,32}, found 'Moon'
          MILLRACE_ENDPOINT|gateway:4567|MILLRACE_ENDPOINT must match https?://
          MILLRACE_NAMESPACES|a,,b|MILLRACE_NAMESPACES must match
          MILLRACE_REGOIN|x|unknown setting MILLRACE_REGOIN; known are MILLRACE_REGION
          """)
  void anInvalidSettingIsRejected(String variable, String value, String message) {
    Map<String, String> environment = new HashMap<>(LEAST);
    environment.put(variable, value);
    assertThatThrownBy(() -> OperatorSettings.of(environment)).hasMessageContaining(message);
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void everySettingIsInTheReadme(Setting setting) throws Exception {
    assertThat(Files.readString(Path.of("README.md"))).contains("`" + setting.variable() + "`");
  }
}

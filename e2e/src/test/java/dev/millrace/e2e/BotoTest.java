// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An application that uses boto3 works unchanged, in clear text and over TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BotoTest {
  private MillraceProcess server;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    Path keys = Files.createDirectory(folder.resolve("keys"));
    // The key of alias/aws/kinesis.
    Files.writeString(keys.resolve("default"), Base64.getEncoder().encodeToString(new byte[32]));
    server =
        MillraceProcess.in(folder.resolve("data"))
            .with("MILLRACE_MASTER_KEYS", keys.toString())
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void everyCallWorksInClearText() {
    assertThat(PythonTools.at(server.http(), "any", "any").script("scenario.py", "boto-http"))
        .endsWith("all went well\n");
  }

  @Test
  void everyCallWorksOverTls() {
    assertThat(
            PythonTools.at(server.https(), "any", "any")
                .trusting(server.certificate())
                .script("scenario.py", "boto-https"))
        .endsWith("all went well\n");
  }

  @Test
  void everyOperationConformsToBotocoresModel() {
    assertThat(PythonTools.at(server.http(), "any", "any").script("model.py", "boto-model"))
        .endsWith("operations as the model says\n");
  }
}

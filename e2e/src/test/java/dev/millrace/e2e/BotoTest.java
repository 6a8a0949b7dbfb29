// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
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
  void start(@TempDir Path data) throws IOException {
    server = MillraceProcess.in(data).start();
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

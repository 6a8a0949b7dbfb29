// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls to AWS KMS have the members that it documents, and its errors have names here. */
class AwsMasterKeysTest {
  private static final byte[] DATA_KEY = "a data key of thirty-two bytes..".getBytes(UTF_8);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final List<String> calls = new ArrayList<>();
  private HttpServer kms;
  private MountedMasterKeys keys;
  private int status = 200;
  private String error = "";

  @BeforeEach
  void start() throws IOException {
    kms = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    kms.createContext("/", this::answer);
    kms.start();
    Files.writeString(folder.resolve("aws-kms-region"), "eu-west-1");
    Files.writeString(
        folder.resolve("aws-kms-endpoint"), "http://127.0.0.1:" + kms.getAddress().getPort());
    Files.writeString(folder.resolve("aws-access-key-id"), "AKIDEXAMPLE");
    Files.writeString(folder.resolve("aws-secret-access-key"), "secret");
    keys = new MountedMasterKeys(folder);
  }

  @AfterEach
  void stop() {
    keys.close();
    kms.stop(0);
  }

  /** What it "encrypts" begins with an x. */
  private void answer(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String signed = exchange.getRequestHeaders().getFirst("Authorization");
    calls.add(
        "%s %s %s %s"
            .formatted(
                target,
                body.path("KeyId").asText("-"),
                body.path("EncryptionContext"),
                signed.substring(0, signed.indexOf(','))));
    String text =
        switch (target) {
          case "TrentService.Encrypt" ->
              "{\"CiphertextBlob\":\"%s\"}"
                  .formatted(base64("x" + decoded(body.path("Plaintext").asText())));
          default ->
              "{\"Plaintext\":\"%s\"}"
                  .formatted(base64(decoded(body.path("CiphertextBlob").asText()).substring(1)));
        };
    byte[] answer =
        (status == 200 ? text : "{\"__type\":\"%s\",\"message\":\"so it is\"}".formatted(error))
            .getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @Test
  void aDataKeyIsWrappedAndUnwrappedByTheKeyAsTheClientNamedIt() {
    byte[] wrapped = keys.wrap("arn:aws:kms:eu-west-1:1:key/k", DATA_KEY, "s");
    assertThat(keys.unwrap("arn:aws:kms:eu-west-1:1:key/k", wrapped, "s")).isEqualTo(DATA_KEY);
    keys.wrap("alias/aws/kinesis", DATA_KEY, "s");
    assertThat(calls)
        .extracting(call -> call.substring(0, call.indexOf("Credential=")))
        .containsExactly(
            "TrentService.Encrypt arn:aws:kms:eu-west-1:1:key/k {\"millrace:stream\":\"s\"} AWS4-HMAC-SHA256 ",
            "TrentService.Decrypt - {\"millrace:stream\":\"s\"} AWS4-HMAC-SHA256 ",
            "TrentService.Encrypt alias/default {\"millrace:stream\":\"s\"} AWS4-HMAC-SHA256 ");
    assertThat(calls)
        .allMatch(call -> call.contains("Credential=AKIDEXAMPLE/"))
        .allMatch(call -> call.endsWith("/eu-west-1/kms/aws4_request"));
  }

  @ParameterizedTest
  @CsvSource({
    "400, NotFoundException, KEY_NOT_FOUND",
    "400, DisabledException, KEY_DISABLED",
    "400, AccessDeniedException, KEY_DENIED",
    "400, KMSInvalidStateException, KEY_INVALID",
    "400, IncorrectKeyException, KEY_INVALID",
    "400, ThrottlingException, KEY_UNREACHABLE",
    "500, KMSInternalException, KEY_UNREACHABLE"
  })
  void anErrorOfKmsHasANameHere(int with, String type, Reason reason) {
    status = with;
    error = type;
    assertThatThrownBy(() -> keys.wrap("alias/k", DATA_KEY, "s"))
        .hasMessageStartingWith("master key alias/k cannot be used: AWS KMS: so it is")
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aKmsThatIsGoneIsUnreachable() {
    kms.stop(0);
    assertThatThrownBy(() -> keys.wrap("alias/k", DATA_KEY, "s"))
        .isInstanceOfSatisfying(
            LogRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.KEY_UNREACHABLE));
  }
}

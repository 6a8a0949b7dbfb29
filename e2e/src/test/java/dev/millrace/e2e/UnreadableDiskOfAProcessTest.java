// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.KmsNotFoundException;
import software.amazon.awssdk.services.kinesis.model.KmsThrottlingException;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Whoever has the disk of a process and all that it printed finds nothing of an encrypted stream's
 * records there, killed or stopped, whoever keeps the master key.
 */
class UnreadableDiskOfAProcessTest {
  private static final long SEED = System.nanoTime();
  private static final String SHARD = "shardId-000000000000";
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  @TempDir private Path folder;

  /** 48 letters that occur nowhere by chance, and that no compression can change. */
  private static String phrase(long seed) {
    StringBuilder text = new StringBuilder();
    new Random(seed)
        .ints(48, 0, LETTERS.length())
        .forEach(index -> text.append(LETTERS.charAt(index)));
    return text.toString();
  }

  /** The phrase itself, and what it looks like in Base64 wherever it begins in a group. */
  private static boolean holds(String content, String phrase) {
    List<String> forms = new ArrayList<>(List.of(phrase));
    for (String before : List.of("", "a", "bc")) {
      String base64 = Base64.getEncoder().encodeToString((before + phrase).getBytes(UTF_8));
      forms.add(base64.substring(4, base64.length() - 8));
    }
    return forms.stream().anyMatch(content::contains);
  }

  private static List<Path> filesWith(Path folder, String phrase) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (holds(new String(Files.readAllBytes(file), ISO_8859_1), phrase)) {
          found.add(folder.relativize(file));
        }
      }
    }
    return found;
  }

  private MillraceProcess start(Path masterKeys) throws IOException {
    Path data = folder.resolve("data");
    return MillraceProcess.in(data)
        .with("MILLRACE_MASTER_KEYS", masterKeys.toString())
        .with("MILLRACE_AUDIT", data.resolve("audit.log").toAbsolutePath().toString())
        .start();
  }

  private static void create(KinesisClient client, String stream) {
    client.createStream(request -> request.streamName(stream).shardCount(1));
  }

  private static void encrypt(KinesisClient client, String stream, String key) {
    client.startStreamEncryption(
        request -> request.streamName(stream).encryptionType(EncryptionType.KMS).keyId(key));
  }

  private static void put(KinesisClient client, String stream, String text) {
    client.putRecord(
        request ->
            request.streamName(stream).partitionKey(text).data(SdkBytes.fromString(text, UTF_8)));
  }

  private static List<String> texts(KinesisClient client, String stream) {
    return ShardReading.all(client, stream, SHARD).stream()
        .map(Record::data)
        .map(SdkBytes::asUtf8String)
        .toList();
  }

  @Test
  void aPlantedPhraseIsNowhereIfItsStreamIsEncryptedAndOnTheDiskIfNot() throws IOException {
    Path keys = Files.createDirectory(folder.resolve("keys"));
    Files.writeString(
        keys.resolve("orders"), Base64.getEncoder().encodeToString(new byte[32]) + "\n");
    String secret = phrase(SEED);
    String open = phrase(SEED + 1);
    List<String> printed = new ArrayList<>();
    try (MillraceProcess server = start(keys);
        KinesisClient client = Clients.sync(server.http(), null)) {
      create(client, "secret");
      create(client, "open");
      encrypt(client, "secret", "alias/orders");
      put(client, "secret", secret);
      put(client, "open", open);
      server.kill();
      printed.addAll(server.output());
    }
    Path data = folder.resolve("data");
    assertThat(filesWith(data, secret)).as("killed, seed %d", SEED).isEmpty();
    assertThat(filesWith(data, open)).as("not encrypted, seed %d", SEED).isNotEmpty();
    try (MillraceProcess server = start(keys);
        KinesisClient client = Clients.sync(server.http(), null)) {
      assertThat(texts(client, "secret")).containsExactly(secret);
      Files.delete(keys.resolve("orders"));
      assertThatThrownBy(() -> encrypt(client, "secret", "alias/orders"))
          .isInstanceOf(KmsNotFoundException.class);
      server.stop();
      printed.addAll(server.output());
    }
    assertThat(filesWith(data, secret)).as("stopped, seed %d", SEED).isEmpty();
    assertThat(filesWith(data, open))
        .as("not encrypted, seed %d", SEED)
        .anyMatch(file -> file.toString().endsWith(".sst"));
    assertThat(printed).noneMatch(line -> holds(line, secret)).isNotEmpty();
    try (MillraceProcess server = start(keys);
        KinesisClient client = Clients.withoutRetries(server.http())) {
      assertThatThrownBy(() -> texts(client, "secret"))
          .isInstanceOf(KmsNotFoundException.class)
          .hasMessageContaining("there is no master key orders");
      assertThat(texts(client, "open")).containsExactly(open);
    }
  }

  /** Moto is not AWS; it is another implementation of the calls to KMS than ours, and encrypts. */
  @Test
  void masterKeysMayBeThoseOfAwsKms() throws Exception {
    int port = MillraceProcess.freePort();
    URI kms = URI.create("http://127.0.0.1:" + port);
    Process moto =
        new ProcessBuilder(
                PythonTools.folder().resolve("bin/moto_server").toString(),
                "--port",
                Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("moto.log").toFile())
            .start();
    try (HttpClient http = HttpClient.newHttpClient()) {
      Eventually.holds(
          "moto listens",
          Duration.ofSeconds(30),
          () -> kms(http, kms, "ListKeys", "{}").isPresent());
      String created = kms(http, kms, "CreateKey", "{}").orElseThrow();
      String key = created.replaceAll("(?s).*\"KeyId\": ?\"([^\"]+)\".*", "$1");
      kms(
          http,
          kms,
          "CreateAlias",
          "{\"AliasName\":\"alias/orders\",\"TargetKeyId\":\"%s\"}".formatted(key));
      Path keys = Files.createDirectory(folder.resolve("keys"));
      Files.writeString(keys.resolve("aws-kms-region"), "us-east-1\n");
      Files.writeString(keys.resolve("aws-kms-endpoint"), kms + "\n");
      Files.writeString(keys.resolve("aws-access-key-id"), "any\n");
      Files.writeString(keys.resolve("aws-secret-access-key"), "any\n");
      String secret = phrase(SEED + 2);
      try (MillraceProcess server = start(keys);
          KinesisClient client = Clients.sync(server.http(), null)) {
        create(client, "s");
        assertThatThrownBy(() -> encrypt(client, "s", "alias/none"))
            .isInstanceOf(KmsNotFoundException.class);
        encrypt(client, "s", "alias/orders");
        put(client, "s", secret);
        server.stop();
      }
      assertThat(filesWith(folder.resolve("data"), secret)).as("seed %d", SEED).isEmpty();
      try (MillraceProcess server = start(keys);
          KinesisClient client = Clients.withoutRetries(server.http())) {
        assertThat(texts(client, "s")).containsExactly(secret);
        moto.destroyForcibly().waitFor();
        assertThatThrownBy(() -> encrypt(client, "s", key))
            .isInstanceOf(KmsThrottlingException.class);
      }
    } finally {
      moto.destroyForcibly();
    }
  }

  /** A call to KMS; empty if nobody answers. */
  private static Optional<String> kms(
      HttpClient http, URI endpoint, String operation, String body) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(endpoint)
                  .header("X-Amz-Target", "TrentService." + operation)
                  .header("Content-Type", "application/x-amz-json-1.1")
                  .header(
                      "Authorization",
                      "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return Optional.of(answer.body());
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

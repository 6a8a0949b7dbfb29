// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.leader.shard.ReadPool;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.rpc.RemoteLeader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** The port of a shard pod opens when the files are there that are mounted from Secrets. */
class MountedFrontTest {
  private static final long EVERY_MILLIS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private final TestingVertx vertx = new TestingVertx();
  private final ReadPool reads = new ReadPool(1, 10);
  private final RemoteLeader leader =
      new RemoteLeader(
          vertx.vertx(), shard -> List.of(), reads, System::nanoTime, Optional.empty());

  @AfterEach
  void close() {
    leader.close();
    reads.close();
    vertx.close();
  }

  private ServerSettings settings() throws IOException {
    return TestingShardPod.settings(
        Files.createDirectories(folder.resolve("data")),
        "MILLRACE_HOST",
        "0.0.0.0",
        "MILLRACE_RPC_TLS",
        folder.resolve("rpc").toString(),
        "MILLRACE_CREDENTIALS_FILE",
        folder.resolve("credentials").toString(),
        "MILLRACE_TOKEN_KEY",
        folder.resolve("token.key").toString());
  }

  private MountedFront front() throws IOException {
    ServerSettings settings = settings();
    return new MountedFront(
        new KinesisFront(
            settings,
            vertx.vertx(),
            "000000000000",
            settings.data(),
            Clocks.system(),
            new SecureRandom()),
        new FrontParts(
            new HostedStreams(settings.data()), leader, new ControlPlane.Elsewhere("nobody")),
        vertx.vertx(),
        EVERY_MILLIS);
  }

  private void mount(String name, byte[] content) throws IOException {
    Path fresh = folder.resolve(name + ".new");
    Files.write(fresh, content);
    Files.move(
        fresh,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it came true in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Whether a request that is signed with a key is admitted. */
  private static boolean isAdmitted(int port, String id, String secret) {
    try (KinesisAsyncClient client =
        KinesisAsyncClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + port))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
            .httpClientBuilder(NettyNioAsyncHttpClient.builder())
            .build()) {
      return client.listStreams().handle((answer, failure) -> failure == null).join();
    }
  }

  @Test
  void thePortStaysClosedUntilEveryFileIsThere() throws Exception {
    try (MountedFront front = front()) {
      assertThat(front.port()).isEmpty();
      mount("credentials", bytes("id:secret"));
      assertThat(front.port()).isEmpty();
      mount("token.key", new byte[32]);
      await(() -> front.port().isPresent());
      assertThat(isAdmitted(front.port().getAsInt(), "id", "secret")).isTrue();
      assertThat(isAdmitted(front.port().getAsInt(), "id", "wrong")).isFalse();
    }
  }

  /** Closed, and not open to everybody. */
  @Test
  void filesThatCannotBeUsedKeepThePortClosedAndAreTriedAgain() throws Exception {
    mount("credentials", bytes("\n"));
    mount("token.key", new byte[31]);
    try (MountedFront front = front()) {
      assertThat(front.port()).isEmpty();
      mount("credentials", bytes("id:secret"));
      mount("token.key", new byte[32]);
      await(() -> front.port().isPresent());
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.identity.UserDirectory.ListedKey;
import dev.millrace.core.identity.UserDirectory.ListedUser;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * What policies cost a put: records of users with more and more policies are put in turns, by the
 * AWS SDK in the same process. Prints the time of a put for each, and its ratio to the first. Run
 * it with {@code -Dtest=AccessBenchmark}.
 */
final class AccessBenchmark {
  private static final int PUTS = Integer.getInteger("millrace.bench.puts", 20_000);
  private static final int ROUNDS = Integer.getInteger("millrace.bench.rounds", 8);
  private static final int AT_A_TIME = 32;
  private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
  private static final List<String> USERS = List.of("everything", "five", "conditions");

  @TempDir private Path folder;

  @Test
  void measure() throws Exception {
    Files.writeString(
        folder.resolve("users.json"),
        JsonObject.mapFrom(
                new UserDirectory(
                    List.of(
                        user("everything", "{\"Statement\":[" + statement("*", "*", "") + "]}"),
                        user("five", "{\"Statement\":[" + five("") + "]}"),
                        user(
                            "conditions",
                            "{\"Statement\":["
                                + five(
                                    ",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"127.0.0.0/8\"]},\"DateGreaterThan\":{\"aws:CurrentTime\":\"2020-01-01T00:00:00Z\"}}")
                                + "]}")),
                    null))
            .encode());
    try (TestingStandalone server =
        new TestingStandalone(
            folder.resolve("data"),
            "MILLRACE_USERS_FILE",
            folder.resolve("users.json").toString())) {
      server.pass(Duration.between(server.now(), Instant.now()));
      List<KinesisAsyncClient> clients = USERS.stream().map(user -> client(server, user)).toList();
      clients.getFirst().createStream(r -> r.streamName("s").shardCount(1)).get();
      long[] nanos = new long[USERS.size()];
      for (int round = 0; round <= ROUNDS; round++) {
        for (int i = 0; i < USERS.size(); i++) {
          long took = put(clients.get(i));
          // The first round warms up.
          nanos[i] += round == 0 ? 0 : took;
        }
      }
      for (int i = 0; i < USERS.size(); i++) {
        System.out.printf(
            "%s: %.1f us a put, %.3f of the first%n",
            USERS.get(i), nanos[i] / 1000.0 / PUTS / ROUNDS, (double) nanos[i] / nanos[0]);
      }
      clients.forEach(KinesisAsyncClient::close);
    }
  }

  private static ListedUser user(String name, @Nullable String policy) {
    return new ListedUser(
        name,
        "AIDA" + name,
        policy,
        List.of(),
        List.of(new ListedKey("AKIA" + name, "secret", 1, "2026-01-01T00:00:00Z", null)));
  }

  private static String statement(String action, String resource, String more) {
    return "{\"Effect\":\"Allow\",\"Action\":\"%s\",\"Resource\":\"%s\"%s}"
        .formatted(action, resource, more);
  }

  private static String five(String more) {
    return String.join(
        ",",
        statement("kinesis:*", ARN.replace("stream/s", "stream/other"), more),
        statement("kinesis:Get*", "arn:aws:kinesis:*:*:stream/s", more),
        statement("kinesis:List*", "*", more),
        statement("kinesis:*Stream*", "*", more),
        statement("kinesis:Put*", "arn:aws:kinesis:*:*:stream/s*", more));
  }

  private static KinesisAsyncClient client(TestingStandalone server, String user) {
    return KinesisAsyncClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIA" + user, "secret")))
        .httpClientBuilder(NettyNioAsyncHttpClient.builder())
        .build();
  }

  /** The nanoseconds that all puts take. */
  private static long put(KinesisAsyncClient client) throws IOException {
    long start = System.nanoTime();
    for (int done = 0; done < PUTS; done += AT_A_TIME) {
      List<CompletableFuture<?>> waiting = new ArrayList<>();
      for (int i = 0; i < AT_A_TIME; i++) {
        waiting.add(
            client.putRecord(
                r -> r.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String("x"))));
      }
      waiting.forEach(CompletableFuture::join);
    }
    return System.nanoTime() - start;
  }
}

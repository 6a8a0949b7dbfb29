// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.port.Halt;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.config.ServerSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A standalone server with a clock that the test controls and a plain JSON client. */
final class TestingStandalone implements AutoCloseable {
  private static final Halt FAIL =
      (why, cause) -> {
        throw new AssertionError(why, cause);
      };

  private volatile Instant now = Instant.ofEpochSecond(1_700_000_000L);
  private volatile long steadyMillis;
  private final TestingVertx vertx = new TestingVertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Standalone standalone;

  TestingStandalone(Path data, String... settings) throws IOException {
    this(data, new ProcessLimits(1 << 20, 1L << 40), settings);
  }

  TestingStandalone(Path data, ProcessLimits limits, String... settings) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("MILLRACE_DATA", data.toString());
    environment.put("MILLRACE_PORT", "0");
    environment.put("MILLRACE_INSTANT", "true");
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    InstantSource clock = this::now;
    standalone =
        new Standalone(
            ServerSettings.of(environment),
            vertx.vertx(),
            new Clocks(clock, () -> steadyMillis, () -> steadyMillis * 1_000_000),
            new SecureRandom(),
            limits,
            FAIL);
  }

  /** The status and the JSON of an answer. */
  record HttpAnswer(int status, JsonObject body) {
    /** The error as {@code Name: message}. */
    String error() {
      return body.getString("__type") + ": " + body.getString("message", body.getString("Message"));
    }
  }

  /** Advances all clocks. */
  synchronized void pass(Duration time) {
    steadyMillis += time.toMillis();
    now = now.plus(time);
  }

  /** Sets the wall clock; the other clocks do not advance. */
  synchronized void jump(Duration time) {
    now = now.plus(time);
  }

  /** Enforces retention now instead of periodically. */
  void keepRetention() {
    standalone
        .keepRetention()
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .exceptionally(e -> null)
        .join();
  }

  /** Reads again who may sign, instead of periodically. */
  void readUsers() throws IOException {
    standalone.readUsers();
  }

  /** Puts a record and returns its number. */
  String sequenceNumberOfNext(String stream) throws IOException, InterruptedException {
    return ok("PutRecord", "{'StreamName':'%s','PartitionKey':'k','Data':'eA=='}", stream)
        .getString("SequenceNumber");
  }

  static long counter(String sequenceNumber) {
    return SequenceNumber.parse(sequenceNumber).orElseThrow().counter();
  }

  /** Waits for a condition. */
  void await(String what, Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(what + " did not come true within " + patience);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  int port() {
    return standalone.port();
  }

  boolean isReady() {
    return standalone.isReady();
  }

  Instant now() {
    return now;
  }

  /** Calls an operation with a JSON body. */
  HttpAnswer call(String operation, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standalone.port()))
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", "Kinesis_20131202." + operation)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return new HttpAnswer(
        answer.statusCode(),
        answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body()));
  }

  /** Calls an operation with names in single quotes; fails unless it succeeds. */
  JsonObject ok(String operation, String body, Object... values)
      throws IOException, InterruptedException {
    HttpAnswer answer = call(operation, body.formatted(values).replace('\'', '"'));
    if (answer.status() != 200) {
      throw new AssertionError(operation + " answered " + answer.error());
    }
    return answer.body();
  }

  /** Calls an operation that must fail; returns its error as {@code Name: message}. */
  String refused(String operation, String body, Object... values)
      throws IOException, InterruptedException {
    HttpAnswer answer = call(operation, body.formatted(values).replace('\'', '"'));
    if (answer.status() == 200) {
      throw new AssertionError(operation + " was not refused: " + answer.body());
    }
    return answer.error();
  }

  /** Returns a shard iterator. */
  String iterator(String stream, int shard, String more) throws IOException, InterruptedException {
    return ok(
            "GetShardIterator",
            "{'StreamName':'%s','ShardId':'%d','ShardIteratorType':%s}",
            stream,
            shard,
            more)
        .getString("ShardIterator");
  }

  JsonArray records(String iterator) throws IOException, InterruptedException {
    return ok("GetRecords", "{'ShardIterator':'%s'}", iterator).getJsonArray("Records");
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    client.close();
    standalone.close();
    vertx.close();
  }
}

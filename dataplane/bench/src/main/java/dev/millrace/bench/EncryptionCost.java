// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Compares an encrypted stream with another one of the same process, in turns: what it costs to
 * write and to read.
 */
public final class EncryptionCost {
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final int ROUNDS = 3;
  private static final List<String> STREAMS = List.of("clear", "encrypted");

  private final PutRequests puts = new PutRequests();
  private final ServerProcess server;

  private EncryptionCost(ServerProcess server) {
    this.server = server;
  }

  /** Of one round. */
  private record Cost(double perSecond, double p50Millis, double cpuMicros) {}

  /** A measured kind of call on a stream. */
  private record Kind(
      String title, int connections, Function<String, Measurement.MeasuredCall> on) {}

  /** Runs all measurements. */
  public static void main(String... arguments) throws IOException {
    Path keys = Files.createTempDirectory(Path.of("").toAbsolutePath(), "bench-keys-");
    Path key = keys.resolve("default");
    Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
    try (ServerProcess server =
        ServerProcess.millrace(Map.of("MILLRACE_MASTER_KEYS", keys.toString()))) {
      new EncryptionCost(server).run();
    } finally {
      Files.delete(key);
      Files.delete(keys);
    }
  }

  private void run() throws IOException {
    try (Client connection = new HttpConnection(server.address())) {
      for (String stream : STREAMS) {
        text(
            connection,
            "CreateStream",
            "{\"StreamName\":\"%s\",\"ShardCount\":1}".formatted(stream));
      }
      text(
          connection,
          "StartStreamEncryption",
          "{\"StreamName\":\"encrypted\",\"EncryptionType\":\"KMS\",\"KeyId\":\"alias/aws/kinesis\"}");
    }
    for (Kind kind :
        List.of(
            new Kind("PutRecord 1 KiB", 1, stream -> inTurn(puts.putRecord(stream, 1024))),
            new Kind("PutRecord 1 KiB", 8, stream -> inTurn(puts.putRecord(stream, 1024))),
            new Kind(
                "PutRecords 500 x 1 KiB", 4, stream -> inTurn(puts.putRecords(stream, 500, 1024))),
            new Kind("GetRecords, 500 records of 1 KiB", 2, EncryptionCost::reads))) {
      compare(kind);
    }
  }

  private void compare(Kind kind) {
    Map<String, Measurement.MeasuredCall> calls = new LinkedHashMap<>();
    Map<String, List<Cost>> rounds = new LinkedHashMap<>();
    for (String stream : STREAMS) {
      calls.put(stream, kind.on().apply(stream));
      rounds.put(stream, new ArrayList<>());
    }
    calls.values().forEach(call -> measure(kind, call, WARM_UP));
    for (int round = 0; round < ROUNDS; round++) {
      calls.forEach((stream, call) -> rounds.get(stream).add(measure(kind, call, TIME)));
    }
    double clear = median(rounds.get("clear"), Cost::perSecond);
    double clearCpu = median(rounds.get("clear"), Cost::cpuMicros);
    rounds.forEach(
        (stream, found) ->
            System.out.printf(
                "%-34s %d connections %-10s %8.0f calls/s %s ratio %.2f  p50 %.2f ms  CPU %.0f us a call, ratio %.2f%n",
                kind.title(),
                kind.connections(),
                stream,
                median(found, Cost::perSecond),
                found.stream().map(cost -> Math.round(cost.perSecond())).toList(),
                median(found, Cost::perSecond) / clear,
                median(found, Cost::p50Millis),
                median(found, Cost::cpuMicros),
                median(found, Cost::cpuMicros) / clearCpu));
  }

  private Cost measure(Kind kind, Measurement.MeasuredCall call, Duration time) {
    Duration before = server.cpu();
    Measurement found =
        Measurement.of(HttpConnection::new, server.address(), kind.connections(), time, call);
    double micros = server.cpu().minus(before).toNanos() / 1e3;
    return new Cost(found.perSecond(), found.p50Millis(), micros / found.calls());
  }

  private static double median(List<Cost> rounds, ToDoubleFunction<Cost> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Measurement.MeasuredCall inTurn(List<Request> requests) {
    return (connection, client, n) ->
        connection.exchange(requests.get((int) ((n + client) % requests.size())));
  }

  /** Each reads on from its own iterator, and begins again after a hundred pages. */
  private static Measurement.MeasuredCall reads(String stream) {
    String[] iterators = new String[2];
    return (connection, client, n) -> {
      if (n % 100 == 0) {
        iterators[client] =
            member(
                text(
                    connection,
                    "GetShardIterator",
                    "{\"StreamName\":\"%s\",\"ShardId\":\"0\",\"ShardIteratorType\":\"TRIM_HORIZON\"}"
                        .formatted(stream)),
                "ShardIterator");
      }
      iterators[client] =
          member(
              text(
                  connection,
                  "GetRecords",
                  "{\"ShardIterator\":\"%s\",\"Limit\":500}".formatted(iterators[client])),
              "NextShardIterator");
    };
  }

  private static String text(Client connection, String operation, String body) throws IOException {
    return new String(
        connection.exchange(Request.of(operation, body)), StandardCharsets.ISO_8859_1);
  }

  private static String member(String answer, String name) {
    int at = answer.lastIndexOf("\"" + name + "\":\"") + name.length() + 4;
    return answer.substring(at, answer.indexOf('"', at));
  }
}

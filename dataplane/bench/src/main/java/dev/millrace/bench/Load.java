// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the server under load and compares each result with the same load on {@link Echo}, or
 * with a single fsync.
 */
public final class Load {
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration TIME = Duration.ofSeconds(10);

  /** Long enough for the store to flush a hundred times, so that a stall shows in the p99. */
  private static final Duration SUSTAINED = Duration.ofSeconds(60);

  private final PutRequests puts = new PutRequests();
  private final Client.Factory clients;
  private final ServerProcess server;
  private final ServerProcess echo;

  private Load(Client.Factory clients, ServerProcess server, ServerProcess echo) {
    this.clients = clients;
    this.server = server;
    this.echo = echo;
  }

  /**
   * Runs all measurements.
   *
   * @param arguments {@code sustained} to run only one minute of PutRecords
   */
  public static void main(String... arguments) throws IOException {
    if (List.of(arguments).equals(List.of("sustained"))) {
      try (ServerProcess echo = ServerProcess.echo();
          ServerProcess server = ServerProcess.millrace()) {
        new Load(HttpConnection::new, server, echo).sustained();
      }
      return;
    }
    System.out.printf(
        "seed %d, warm-up %s, each figure over %s%n", PutRequests.SEED, WARM_UP, TIME);
    run("lean client: a blocking socket", HttpConnection::new);
    run("ordinary client: java.net.http", JdkClient::new);
  }

  private static void run(String client, Client.Factory clients) throws IOException {
    System.out.println(client);
    try (ServerProcess echo = ServerProcess.echo();
        ServerProcess server = ServerProcess.millrace()) {
      new Load(clients, server, echo).run();
    }
  }

  private void run() throws IOException {
    for (String[] stream : new String[][] {{"one", "1"}, {"four", "4"}}) {
      control(
          "CreateStream", "{\"StreamName\":\"%s\",\"ShardCount\":%s}".formatted((Object[]) stream));
    }
    List<Request> put = puts.putRecord(1024);
    List<Request> put500 = puts.putRecords(500, 1024);
    List<Request> put100 = puts.putRecords(100, 10 * 1024);
    measure(server, 8, WARM_UP.dividedBy(2), put);
    measure(server, 4, WARM_UP.dividedBy(2), put500);
    measure(echo, 8, WARM_UP.dividedBy(4), put);
    measure(echo, 4, WARM_UP.dividedBy(4), put500);

    compareCalls("PutRecord 1 KiB, 8 connections", 8, put, 0.5);
    singleConnection(put);
    Measurement echo500 =
        compareBytes("PutRecords 500 x 1 KiB, 4 connections, 4 shards", put500, 500 * 1024, 0.12);
    compareBytes("PutRecords 100 x 10 KiB, 4 connections, 4 shards", put100, 100 * 10 * 1024, 0.2);
    reads(echo500.mibPerSecond(put500.getFirst().body().length));
  }

  private void sustained() throws IOException {
    control("CreateStream", "{\"StreamName\":\"four\",\"ShardCount\":4}");
    List<Request> put500 = puts.putRecords(500, 1024);
    measure(server, 4, WARM_UP, put500);
    Measurement times = measure(server, 4, SUSTAINED, put500);
    System.out.printf(
        "PutRecords 500 x 1 KiB, 4 connections, 4 shards, %s: %d calls, %.1f MiB/s of records  p50 %.1f ms  p99 %.1f ms  max %.1f ms%n",
        SUSTAINED,
        times.calls(),
        times.mibPerSecond(500 * 1024),
        times.p50Millis(),
        times.p99Millis(),
        times.maxMillis());
  }

  private void compareCalls(String what, int connections, List<Request> requests, double aim) {
    Measurement bare = measure(echo, connections, TIME, requests);
    Measurement ours = measure(server, connections, TIME, requests);
    report(what, ours.perSecond(), "calls/s", bare.perSecond(), ours, aim);
  }

  private Measurement compareBytes(
      String what, List<Request> requests, int recordBytes, double aim) {
    Measurement bare = measure(echo, 4, TIME, requests);
    Measurement ours = measure(server, 4, TIME, requests);
    report(
        what,
        ours.mibPerSecond(recordBytes),
        "MiB/s of records",
        bare.mibPerSecond(requests.getFirst().body().length),
        ours,
        aim);
    return bare;
  }

  private static void report(
      String what, double ours, String unit, double bare, Measurement times, double aim) {
    System.out.printf(
        "%-50s %9.1f %-16s echo %9.1f  ratio %.2f (aim %.2f)  p50 %.2f ms  p99 %.2f ms%n",
        what, ours, unit, bare, ours / bare, aim, times.p50Millis(), times.p99Millis());
  }

  private void singleConnection(List<Request> put) throws IOException {
    double fsyncMillis = fsyncMillis(Duration.ofSeconds(5));
    Measurement ours = measure(server, 1, TIME, put);
    System.out.printf(
        "%-50s p50 %.2f ms  p99 %.2f ms  fsync of 4 KiB p50 %.2f ms  ratio %.1f (aim at most 6)%n",
        "PutRecord 1 KiB, 1 connection",
        ours.p50Millis(),
        ours.p99Millis(),
        fsyncMillis,
        ours.p50Millis() / fsyncMillis);
  }

  private double fsyncMillis(Duration time) throws IOException {
    Path file = server.data().resolve("fsync-bench");
    List<Long> nanos = new ArrayList<>();
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(4096);
      long end = System.nanoTime() + time.toNanos();
      for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
        out.write(block.clear());
        out.force(false);
        nanos.add(System.nanoTime() - now);
      }
    }
    Files.delete(file);
    nanos.sort(null);
    return nanos.get(nanos.size() / 2) / 1e6;
  }

  /**
   * Reads all records of the four shards from the oldest on, with one connection for each shard.
   */
  private void reads(double echoMib) {
    long[] bytes = new long[4];
    String[] iterators = new String[4];
    Measurement ours =
        Measurement.of(
            clients,
            server.address(),
            4,
            TIME,
            (connection, client, n) -> {
              if (iterators[client] == null) {
                iterators[client] = firstIterator(connection, client);
              }
              String answer =
                  text(
                      connection,
                      "GetRecords",
                      "{\"ShardIterator\":\"" + iterators[client] + "\"}");
              bytes[client] += recordBytes(answer);
              iterators[client] =
                  answer.endsWith("\"MillisBehindLatest\":0}")
                      ? null
                      : member(answer, "NextShardIterator");
            });
    double mib = Arrays.stream(bytes).sum() / ours.seconds() / (1 << 20);
    report(
        "GetRecords from TRIM_HORIZON, 4 connections",
        mib,
        "MiB/s of records",
        echoMib,
        ours,
        0.25);
  }

  private static String firstIterator(Client connection, int shard) throws IOException {
    return member(
        text(
            connection,
            "GetShardIterator",
            "{\"StreamName\":\"four\",\"ShardId\":\"%d\",\"ShardIteratorType\":\"TRIM_HORIZON\"}"
                .formatted(shard)),
        "ShardIterator");
  }

  private static String text(Client connection, String operation, String body) throws IOException {
    return new String(
        connection.exchange(Request.of(operation, body)), StandardCharsets.ISO_8859_1);
  }

  /**
   * Size of the data in an answer, from the length of its base64 text. Cheap, since the client
   * shares the machine with the server.
   */
  private static long recordBytes(String answer) {
    long bytes = 0;
    for (int at = answer.indexOf("\"Data\":\""); at >= 0; at = answer.indexOf("\"Data\":\"", at)) {
      int end = answer.indexOf('"', at + 8);
      bytes += (end - at - 8) * 3L / 4;
      at = end;
    }
    return bytes;
  }

  private static String member(String answer, String name) {
    int at = answer.lastIndexOf("\"" + name + "\":\"") + name.length() + 4;
    return answer.substring(at, answer.indexOf('"', at));
  }

  private Measurement measure(
      ServerProcess process, int connections, Duration time, List<Request> requests) {
    return Measurement.of(clients, process.address(), connections, time, requests);
  }

  private void control(String operation, String body) throws IOException {
    try (Client connection = new HttpConnection(server.address())) {
      text(connection, operation, body);
    }
  }
}

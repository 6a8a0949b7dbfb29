// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The result of running calls on several connections for a time.
 *
 * @param calls number of calls that were answered
 * @param seconds elapsed time
 * @param p50Millis median time of a call
 * @param p99Millis 99th percentile
 * @param maxMillis the slowest call
 */
record Measurement(
    long calls, double seconds, double p50Millis, double p99Millis, double maxMillis) {

  /** One call by one of the connections; {@code n} counts its calls. */
  @FunctionalInterface
  interface MeasuredCall {
    void run(Client connection, int client, long n) throws IOException;
  }

  double perSecond() {
    return calls / seconds;
  }

  double mibPerSecond(long bytesPerCall) {
    return perSecond() * bytesPerCall / (1 << 20);
  }

  /** Sends requests in turn on a number of connections for a time. */
  static Measurement of(
      Client.Factory clients,
      InetSocketAddress server,
      int connections,
      Duration time,
      List<Request> requests) {
    return of(
        clients,
        server,
        connections,
        time,
        (connection, client, n) ->
            connection.exchange(requests.get((int) ((n + client) % requests.size()))));
  }

  /** Runs calls on a number of connections for a time. */
  static Measurement of(
      Client.Factory clients,
      InetSocketAddress server,
      int connections,
      Duration time,
      MeasuredCall call) {
    long begun = System.nanoTime();
    long end = begun + time.toNanos();
    long[] nanos =
        IntStream.range(0, connections)
            .mapToObj(
                client ->
                    CompletableFuture.supplyAsync(
                        () -> run(clients, server, client, end, call),
                        task -> Thread.ofPlatform().start(task)))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .flatMapToLong(Arrays::stream)
            .sorted()
            .toArray();
    double seconds = (System.nanoTime() - begun) / 1e9;
    return new Measurement(nanos.length, seconds, at(nanos, 0.5), at(nanos, 0.99), at(nanos, 1));
  }

  private static double at(long[] sorted, double quantile) {
    return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length - 1) * quantile)] / 1e6;
  }

  private static long[] run(
      Client.Factory clients, InetSocketAddress server, int client, long end, MeasuredCall call) {
    LongStream.Builder nanos = LongStream.builder();
    try (Client connection = clients.connect(server)) {
      long now = System.nanoTime();
      for (long n = 0; now < end; n++) {
        call.run(connection, client, n);
        long after = System.nanoTime();
        nanos.add(after - now);
        now = after;
      }
    } catch (IOException e) {
      throw new IllegalStateException("client " + client, e);
    }
    return nanos.build().toArray();
  }
}

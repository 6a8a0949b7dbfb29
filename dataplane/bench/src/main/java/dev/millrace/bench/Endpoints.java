// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Compares endpoints that are running already and ask for no signature, in turns within one run:
 * one process with gateways of a cluster, say. Each must have a stream {@code one} with one shard
 * and a stream {@code four} with four, without limits.
 */
public final class Endpoints {
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  /** At many connections, so that compilers have seen many calls before a few are measured. */
  private static final Duration FIRST_WARM_UP = Duration.ofSeconds(40);

  private static final Duration TIME = Duration.ofSeconds(5);
  private static final int ROUNDS = 3;

  private Endpoints() {}

  /** Where calls go, and the processes that work on them, if they are known. */
  private record Endpoint(InetSocketAddress address, List<ProcessHandle> processes) {
    static Endpoint of(URI uri) {
      return new Endpoint(
          new InetSocketAddress(uri.getHost(), uri.getPort()),
          Optional.ofNullable(uri.getFragment()).stream()
              .flatMap(ids -> Arrays.stream(ids.split(",")))
              .map(id -> ProcessHandle.of(Long.parseLong(id)).orElseThrow())
              .toList());
    }

    Duration cpu() {
      return processes.stream()
          .map(process -> process.info().totalCpuDuration().orElseThrow())
          .reduce(Duration.ZERO, Duration::plus);
    }
  }

  /** Of one round. */
  private record Round(double perSecond, double p50Millis, double cpuMicros) {}

  private record Work(String title, int connections, List<Request> requests) {}

  /**
   * Runs all measurements.
   *
   * @param arguments names and addresses, such as {@code gateway=http://10.1.2.3:4567}; the ratios
   *     are to the first. With the ids of its processes, such as {@code
   *     three=http://127.0.0.1:4567#17,18,19}, the CPU time that they use for a call is told, too
   */
  public static void main(String... arguments) {
    Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] words = argument.split("=", 2);
      endpoints.put(words[0], Endpoint.of(URI.create(words[1])));
    }
    PutRequests puts = new PutRequests();
    Work many = new Work("warm-up", 64, puts.putRecord(1024));
    endpoints.values().forEach(endpoint -> measure(endpoint, many, FIRST_WARM_UP));
    for (Work work :
        List.of(
            new Work("PutRecord 1 KiB, 1 connection", 1, puts.putRecord(1024)),
            new Work("PutRecord 1 KiB, 8 connections", 8, puts.putRecord(1024)),
            new Work("PutRecord 1 KiB, 64 connections", 64, puts.putRecord(1024)),
            new Work("PutRecords 500 x 1 KiB, 4 connections", 4, puts.putRecords(500, 1024)))) {
      compare(work, endpoints);
    }
  }

  private static void compare(Work work, Map<String, Endpoint> endpoints) {
    endpoints.values().forEach(endpoint -> measure(endpoint, work, WARM_UP));
    Map<String, List<Round>> rounds = new LinkedHashMap<>();
    endpoints.keySet().forEach(name -> rounds.put(name, new ArrayList<>()));
    for (int round = 0; round < ROUNDS; round++) {
      endpoints.forEach((name, endpoint) -> rounds.get(name).add(measure(endpoint, work, TIME)));
    }
    double first = median(rounds.values().iterator().next(), Round::perSecond);
    rounds.forEach(
        (name, found) ->
            System.out.printf(
                "%-40s %-14s %8.0f calls/s %s  ratio %.2f  p50 %.2f ms  CPU %.0f us a call%n",
                work.title(),
                name,
                median(found, Round::perSecond),
                found.stream().map(round -> Math.round(round.perSecond())).toList(),
                median(found, Round::perSecond) / first,
                median(found, Round::p50Millis),
                median(found, Round::cpuMicros)));
  }

  private static Round measure(Endpoint endpoint, Work work, Duration time) {
    Duration before = endpoint.cpu();
    Measurement found =
        Measurement.of(
            HttpConnection::new, endpoint.address(), work.connections(), time, work.requests());
    double micros = endpoint.cpu().minus(before).toNanos() / 1e3;
    return new Round(found.perSecond(), found.p50Millis(), micros / found.calls());
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares endpoints that are running already and ask for no signature, in turns within one run:
 * one process with gateways of a cluster, say. Each must have a stream {@code one} with one shard
 * and a stream {@code four} with four, without limits.
 */
public final class Endpoints {
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final int ROUNDS = 3;

  private Endpoints() {}

  private record Work(String title, int connections, List<Request> requests) {}

  /**
   * Runs all measurements.
   *
   * @param arguments names and addresses, such as {@code gateway=http://10.1.2.3:4567}; the ratios
   *     are to the first
   */
  public static void main(String... arguments) {
    Map<String, InetSocketAddress> endpoints = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] words = argument.split("=", 2);
      URI uri = URI.create(words[1]);
      endpoints.put(words[0], new InetSocketAddress(uri.getHost(), uri.getPort()));
    }
    PutRequests puts = new PutRequests();
    for (Work work :
        List.of(
            new Work("PutRecord 1 KiB, 1 connection", 1, puts.putRecord(1024)),
            new Work("PutRecord 1 KiB, 8 connections", 8, puts.putRecord(1024)),
            new Work("PutRecord 1 KiB, 64 connections", 64, puts.putRecord(1024)),
            new Work("PutRecords 500 x 1 KiB, 4 connections", 4, puts.putRecords(500, 1024)))) {
      compare(work, endpoints);
    }
  }

  private static void compare(Work work, Map<String, InetSocketAddress> endpoints) {
    endpoints.values().forEach(endpoint -> measure(endpoint, work, WARM_UP));
    Map<String, double[]> perSecond = new LinkedHashMap<>();
    endpoints.keySet().forEach(name -> perSecond.put(name, new double[ROUNDS]));
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, InetSocketAddress> endpoint : endpoints.entrySet()) {
        perSecond.get(endpoint.getKey())[round] =
            measure(endpoint.getValue(), work, TIME).perSecond();
      }
    }
    double first = median(perSecond.values().iterator().next());
    perSecond.forEach(
        (name, values) ->
            System.out.printf(
                "%-40s %-14s %8.0f calls/s %s  ratio %.2f%n",
                work.title(),
                name,
                median(values),
                Arrays.toString(Arrays.stream(values).mapToLong(Math::round).toArray()),
                median(values) / first));
  }

  private static Measurement measure(InetSocketAddress endpoint, Work work, Duration time) {
    return Measurement.of(HttpConnection::new, endpoint, work.connections(), time, work.requests());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

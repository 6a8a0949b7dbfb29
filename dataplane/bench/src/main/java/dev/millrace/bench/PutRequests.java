// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes prepared puts of random records, for the streams {@code one} and {@code four}. */
final class PutRequests {
  static final long SEED = 20261121L;

  /** How many different ones are sent in turn. */
  private static final int REQUESTS = 16;

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Puts of one record into {@code one}. */
  List<Request> putRecord(int bytes) {
    return putRecord("one", bytes);
  }

  /** Puts of one record. */
  List<Request> putRecord(String stream, int bytes) {
    return requests(
        () ->
            Request.of(
                "PutRecord",
                "{\"StreamName\":\"%s\",%s".formatted(stream, record(bytes).substring(1))));
  }

  /** Puts of several records into {@code four}. */
  List<Request> putRecords(int count, int bytes) {
    return putRecords("four", count, bytes);
  }

  /** Puts of several records. */
  List<Request> putRecords(String stream, int count, int bytes) {
    return requests(
        () ->
            Request.of(
                "PutRecords",
                IntStream.range(0, count)
                    .mapToObj(i -> record(bytes))
                    .collect(
                        Collectors.joining(
                            ",", "{\"StreamName\":\"%s\",\"Records\":[".formatted(stream), "]}"))));
  }

  private static List<Request> requests(Supplier<Request> make) {
    return IntStream.range(0, REQUESTS).mapToObj(i -> make.get()).toList();
  }

  private String record(int bytes) {
    byte[] data = new byte[bytes];
    random.nextBytes(data);
    return "{\"Data\":\"%s\",\"PartitionKey\":\"key-%d\"}"
        .formatted(Base64.getEncoder().encodeToString(data), random.nextInt(1_000_000));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.IOException;
import java.util.Base64;

/**
 * Measures the time until the port listens, and the resident memory when idle, with many shards,
 * and after 1 GiB was written.
 */
public final class Footprint {
  private static final int SHARDS = 200;
  private static final int STARTS = 5;
  private static final int RECORDS_PER_CALL = 500;
  private static final int RECORD_BYTES = 1024;

  private Footprint() {}

  public static void main(String... arguments) throws IOException {
    for (int i = 0; i < STARTS; i++) {
      try (ServerProcess server = ServerProcess.millrace()) {
        System.out.printf(
            "start %d: listening after %d ms, %.0f MiB resident%n",
            i + 1, server.startMillis(), server.residentMib());
      }
    }
    try (ServerProcess server = ServerProcess.millrace()) {
      manyShards(server);
    }
    try (ServerProcess server = ServerProcess.millrace()) {
      oneGibibyte(server);
    }
  }

  private static void manyShards(ServerProcess server) throws IOException {
    try (Client connection = new HttpConnection(server.address())) {
      create(connection, "one", 1);
      putToAll(connection, "one", 10);
      double before = server.residentMib();
      create(connection, "many", SHARDS);
      putToAll(connection, "many", 10 * SHARDS / RECORDS_PER_CALL + 10);
      double after = server.residentMib();
      System.out.printf(
          "%d shards, each written to: %.0f MiB before, %.0f MiB after, %.2f MiB a shard (aim at most 2)%n",
          SHARDS, before, after, (after - before) / SHARDS);
    }
  }

  private static void oneGibibyte(ServerProcess server) throws IOException {
    try (Client connection = new HttpConnection(server.address())) {
      create(connection, "one", 4);
      double before = server.residentMib();
      putToAll(connection, "one", (1 << 30) / (RECORDS_PER_CALL * RECORD_BYTES));
      System.out.printf(
          "1 GiB written: %.0f MiB before, %.0f MiB after%n", before, server.residentMib());
    }
  }

  private static void create(Client connection, String stream, int shards) throws IOException {
    call(
        connection,
        "CreateStream",
        "{\"StreamName\":\"%s\",\"ShardCount\":%d}".formatted(stream, shards));
  }

  private static void putToAll(Client connection, String stream, int calls) throws IOException {
    String data = Base64.getEncoder().encodeToString(new byte[RECORD_BYTES]);
    for (int i = 0; i < calls; i++) {
      StringBuilder records = new StringBuilder();
      for (int j = 0; j < RECORDS_PER_CALL; j++) {
        records.append(records.isEmpty() ? "" : ",");
        records.append("{\"Data\":\"%s\",\"PartitionKey\":\"%d\"}".formatted(data, i * 1000 + j));
      }
      call(
          connection,
          "PutRecords",
          "{\"StreamName\":\"%s\",\"Records\":[%s]}".formatted(stream, records));
    }
  }

  private static void call(Client connection, String operation, String body) throws IOException {
    connection.exchange(Request.of(operation, body));
  }
}

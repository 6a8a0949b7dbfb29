// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.stream.ShardRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** What clients did and were told. Steps count the calls and answers in their order. */
final class GroupHistory {
  private final List<SimulatedPut> puts = new ArrayList<>();
  private final List<Read> reads = new ArrayList<>();
  private final List<LatestFound> latest = new ArrayList<>();
  private long step;

  /** How a put ended. */
  enum PutEnd {
    PENDING,
    STORED,
    REFUSED,
    UNKNOWN
  }

  /** A record that a client put, with that client's key. */
  static final class SimulatedPut {
    private final String text;
    private final HashKey key;
    private long begun;
    private long ended = Long.MAX_VALUE;
    private PutEnd end = PutEnd.PENDING;
    private Optional<SequenceNumber> number = Optional.empty();

    SimulatedPut(String text, HashKey key) {
      this.text = text;
      this.key = key;
    }

    String text() {
      return text;
    }

    HashKey key() {
      return key;
    }

    long begun() {
      return begun;
    }

    long ended() {
      return ended;
    }

    PutEnd end() {
      return end;
    }

    SequenceNumber number() {
      return number.orElseThrow();
    }
  }

  /**
   * A page that a reader got.
   *
   * @param begun the step at which it asked
   * @param isCaughtUp whether it was told that nothing follows
   */
  record Read(
      ShardRef shard,
      long from,
      long next,
      SortedMap<Long, String> records,
      boolean isCaughtUp,
      long begun) {}

  /** The position that a reader got for LATEST, and the step at which it asked. */
  record LatestFound(ShardRef shard, long position, long begun) {}

  long next() {
    return ++step;
  }

  SimulatedPut put(String text, HashKey key) {
    SimulatedPut put = new SimulatedPut(text, key);
    puts.add(put);
    return put;
  }

  void begin(SimulatedPut put) {
    put.begun = next();
  }

  void end(SimulatedPut put, PutEnd end, Optional<SequenceNumber> number) {
    put.ended = next();
    put.end = end;
    put.number = number;
  }

  void read(Read read) {
    reads.add(read);
  }

  void latest(LatestFound found) {
    latest.add(found);
  }

  List<SimulatedPut> puts() {
    return puts;
  }

  List<SimulatedPut> stored() {
    return puts.stream().filter(put -> put.end == PutEnd.STORED).toList();
  }

  List<Read> reads() {
    return reads;
  }

  List<LatestFound> latest() {
    return latest;
  }
}

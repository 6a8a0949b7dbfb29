// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardSelection;
import dev.millrace.core.stream.StreamShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A reader that follows shards by KCL's rules, from any moment of a stream's history on and as slow
 * as it likes on any shard, reads the records of every hash key in the order of their shards and
 * comes to the end. The rules are those of KCL 1 to 3, see the decision on lineage.
 */
class LaggingReaderTest {
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final int HISTORIES = 400;
  private static final int CHANGES = 6;

  private final Random random = new Random(SEED);

  @Test
  void readsTheRecordsOfEveryKeyInOrderAndLosesNoShard() {
    for (int i = 0; i < HISTORIES; i++) {
      TestingStream stream = new TestingStream(random, 1 + random.nextInt(6));
      List<Reader> readers = new ArrayList<>(List.of(new Reader(stream)));
      for (int change = 0; change < CHANGES; change++) {
        stream.randomChange().ifPresent(stream::change);
        readers.forEach(reader -> reader.read(random.nextInt(12)));
        readers.add(new Reader(stream));
      }
      for (Reader reader : readers) {
        reader.catchUp();
      }
    }
  }

  private enum Lease {
    /** Created; waits for the parents. */
    WAITING,
    /** Being read. */
    READING,
    /** Read to its end, SHARD_END. */
    FINISHED
  }

  private final class Reader {
    private final TestingStream stream;
    private final Map<ShardId, Lease> leases = new TreeMap<>();
    private final Set<ShardId> finished = new HashSet<>();
    private final long from;

    /** Begins with the shards that live at one moment, as found by ListShards' filter. */
    Reader(TestingStream stream) {
      this.stream = stream;
      long since = stream.shape().all().getFirst().creationSecond();
      from = since + random.nextLong(stream.second() - since + 1);
      new ShardSelection.At(from)
          .of(stream.shape())
          .forEach(shard -> leases.put(shard.id(), Lease.WAITING));
    }

    void read(int steps) {
      for (int i = 0; i < steps; i++) {
        step();
      }
    }

    void catchUp() {
      while (step()) {
        // Until nothing is left to do.
      }
      StreamShape shape = stream.shape();
      for (ShardDefinition shard : new ShardSelection.From(from).of(shape)) {
        if (shard.isOpen()) {
          assertThat(leases).as(told(shard)).containsEntry(shard.id(), Lease.READING);
        } else if (!shard.isVirtual()) {
          assertThat(finished).as(told(shard)).contains(shard.id());
        }
      }
    }

    /** Does one thing with one shard; false when there is nothing to do with any. */
    private boolean step() {
      List<Map.Entry<ShardId, Lease>> all = new ArrayList<>(Map.copyOf(leases).entrySet());
      all.sort(Map.Entry.comparingByKey());
      Collections.shuffle(all, random);
      for (Map.Entry<ShardId, Lease> lease : all) {
        ShardDefinition shard = stream.shape().find(lease.getKey()).orElseThrow();
        if (switch (lease.getValue()) {
          case WAITING -> begun(shard);
          case READING -> ended(shard);
          case FINISHED -> cleanedUp(shard);
        }) {
          return true;
        }
      }
      return false;
    }

    /** BlockOnParentShardTask: a parent without a lease is not waited for. */
    private boolean begun(ShardDefinition shard) {
      for (ShardId parent : shard.parents()) {
        if (leases.getOrDefault(parent, Lease.FINISHED) != Lease.FINISHED) {
          return false;
        }
      }
      for (ShardDefinition earlier : stream.shape().all()) {
        if (precedes(earlier, shard)) {
          assertThat(finished)
              .as(earlier + " is read before " + told(shard))
              .contains(earlier.id());
        }
      }
      leases.put(shard.id(), Lease.READING);
      return true;
    }

    /** Whether a shard has had records of the other's keys that the reader has to read before. */
    private boolean precedes(ShardDefinition earlier, ShardDefinition shard) {
      return !earlier.isOpen()
          && !earlier.isVirtual()
          && earlier.wasOpenSince(from)
          && earlier.creationSecond() < shard.creationSecond()
          && earlier.range().starting().compareTo(shard.range().ending()) <= 0
          && shard.range().starting().compareTo(earlier.range().ending()) <= 0;
    }

    /** ShutdownTask: an only child is created when both of its parents have a lease, or none. */
    private boolean ended(ShardDefinition shard) {
      if (shard.isOpen()) {
        return false;
      }
      List<ShardDefinition> children = stream.shape().children(shard.id());
      if (children.size() == 1) {
        List<ShardId> parents = children.getFirst().parents();
        assertThat(parents).as(told(shard)).hasSize(2);
        if (leases.containsKey(parents.getFirst()) != leases.containsKey(parents.getLast())) {
          return false;
        }
      }
      children.forEach(child -> leases.putIfAbsent(child.id(), Lease.WAITING));
      leases.put(shard.id(), Lease.FINISHED);
      finished.add(shard.id());
      return true;
    }

    /** LeaseCleanupManager: children are being read, parents are gone. */
    private boolean cleanedUp(ShardDefinition shard) {
      for (ShardDefinition child : stream.shape().children(shard.id())) {
        if (!leases.containsKey(child.id()) || leases.get(child.id()) == Lease.WAITING) {
          return false;
        }
      }
      return shard.parents().stream().noneMatch(leases::containsKey)
          && leases.remove(shard.id()) != null;
    }

    private String told(ShardDefinition shard) {
      return shard + ", read from " + from + ", leases " + leases + ", seed " + SEED;
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.leader.TestingShards;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A reshard that stops between any two of its steps, while records are written, is resumed and
 * completed, and every record is in its place.
 */
class ReshardSimulationTest {
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final StreamName NAME = new StreamName("s");
  private static final int LIVES = 1_000;

  private final Random random = new Random(SEED);
  private final TestingShards shards = new TestingShards();
  private final LogCatalogue catalogue = new LogCatalogue(shards, shards::streams);
  private long second = 1_700_000_000L;
  private int written;
  private final List<String> acknowledged = new ArrayList<>();
  private final HashKey key = new HashKey(random.nextLong(), random.nextLong());

  private StreamDefinition stream() {
    return entry().definition();
  }

  private CatalogueEntry entry() {
    return catalogue.find(NAME).orElseThrow();
  }

  private LogStreamController controller() {
    return new LogStreamController(
        catalogue, shards, ShardLimits.NONE, () -> Instant.ofEpochSecond(second));
  }

  private void settle() {
    controller().settle(NAME).exceptionally(stopped -> null).toCompletableFuture().join();
  }

  /**
   * Writes one record, always with the same key. A sealed shard rejects it; then it is not counted.
   */
  private void write() {
    String text = String.valueOf(written);
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    RecordBatch record =
        new RecordBatch.Builder(16).add(new byte[] {'k'}, data, 0, data.length).build();
    ShardDefinition shard = stream().shardOf(key);
    shards
        .propose(
            new Command.AppendRecords(
                stream().ref(shard.id()), second * 1000, BatchNumber.NONE, List.of(), record))
        .thenAccept(
            outcome -> {
              if (outcome instanceof Outcome.Appended) {
                acknowledged.add(text);
                written++;
              }
            })
        .exceptionally(stopped -> null)
        .toCompletableFuture()
        .join();
  }

  @Test
  void whoeverComesNextBringsItToItsEndAndNoRecordIsLostDoubledOrOutOfOrder() {
    catalogue
        .replace(
            NAME,
            0,
            Optional.of(
                StreamDefinition.creating(
                    NAME, new StreamId(7), second, StreamSettings.of(StreamMode.PROVISIONED), 3)))
        .toCompletableFuture()
        .join();
    settle();
    int changes = 0;
    for (int life = 0; life < LIVES; life++) {
      second += random.nextInt(3);
      if (stream().reshard().isEmpty()) {
        changes += begin() ? 1 : 0;
      }
      shards.stopAfter(random.nextInt(20));
      while (!shards.isStopped() && stream().reshard().isPresent()) {
        write();
        settle();
      }
      shards.stopAfter(Integer.MAX_VALUE);
      assertInvariants();
      if (random.nextBoolean()) {
        write();
      }
    }
    settle();
    assertThat(changes).as("seed " + SEED).isGreaterThan(10);
    assertThat(stream().status()).isEqualTo(StreamStatus.ACTIVE);
    assertThat(readThrough()).as("seed " + SEED).isEqualTo(acknowledged);
    Set<ShardId> listed = new HashSet<>();
    stream().shards().stream().filter(s -> !s.isVirtual()).forEach(s -> listed.add(s.id()));
    assertThat(shards.held()).allMatch(ref -> listed.contains(ref.shard())).hasSameSizeAs(listed);
  }

  private boolean begin() {
    return ReshardPlanner.toCount(stream().shape(), 1 + random.nextInt(6))
        .map(
            lineage ->
                catalogue
                    .replace(
                        NAME,
                        entry().revision(),
                        Optional.of(stream().withReshard(Reshard.of(lineage))))
                    .toCompletableFuture()
                    .join())
        .isPresent();
  }

  private void assertInvariants() {
    StreamDefinition stream = stream();
    for (ShardDefinition shard : stream.openShards()) {
      ShardState state = shards.state(stream.ref(shard.id())).orElseThrow();
      // During a reshard an open shard may be sealed already, but a sealed shard is never
      // reopened.
      assertThat(state.closeSecond().isEmpty() || stream.reshard().isPresent())
          .as("seed " + SEED)
          .isTrue();
    }
    for (ShardDefinition shard : stream.shards()) {
      if (!shard.isOpen() && !shard.isVirtual()) {
        assertThat(shards.state(stream.ref(shard.id())).orElseThrow().closeSecond())
            .as("seed " + SEED)
            .hasValueSatisfying(
                closed ->
                    assertThat(closed).isLessThanOrEqualTo(shard.closing().orElseThrow().second()));
      }
    }
    for (var ref : shards.held()) {
      ShardState state = shards.state(ref).orElseThrow();
      for (ShardId parent : state.parents()) {
        // A child is opened only after its parents are sealed, with a later creation second.
        shards
            .state(stream.ref(parent))
            .ifPresent(
                above ->
                    assertThat(above.closeSecond())
                        .as("seed " + SEED)
                        .hasValueSatisfying(
                            closed -> assertThat(state.creationSecond()).isGreaterThan(closed)));
      }
    }
  }

  /** The records of the key, parents first. */
  private List<String> readThrough() {
    List<String> read = new ArrayList<>();
    stream().shards().stream()
        .filter(shard -> shard.range().contains(key) && !shard.isVirtual())
        .forEach(shard -> read.addAll(shards.records(stream().ref(shard.id()))));
    return read;
  }
}

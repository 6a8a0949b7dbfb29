// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.action.record.RecordChecks.HashedRecord;
import dev.millrace.api.action.record.RecordWriter.RecordResult;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.apply.SessionWindows;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.leader.TestingShards;
import dev.millrace.leader.TestingTime;
import dev.millrace.leader.control.LogCatalogue;
import dev.millrace.leader.control.LogStreamController;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.protocol.Blob;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Whatever the network between fronts and shards loses, delays or rejects, while shards are split,
 * merged, trimmed, restarted and throttled: an acknowledged record is in the stream once, under the
 * number that was returned; a rejected record is not in it; and a front that does not know the
 * outcome reports that.
 */
class NoDoublesSimulationTest {
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final int PUTS_A_CLIENT = 800;
  private static final int CLIENTS = 24;
  private static final StreamName NAME = new StreamName("s");

  private final Random random = new Random(SEED);
  private final TestingTime time = new TestingTime();
  private final TestingShards shards = new TestingShards();
  private final LogCatalogue catalogue = new LogCatalogue(shards, shards::streams);
  private final List<Front> fronts = new ArrayList<>();
  private final Map<String, RecordResult.Written> acknowledged = new HashMap<>();
  private final Set<String> rejected = new HashSet<>();
  private final Set<String> unknown = new HashSet<>();
  private int activeClients = CLIENTS;

  private StreamDefinition stream() {
    return catalogue.find(NAME).map(CatalogueEntry::definition).orElseThrow();
  }

  /** A front and its network to the shards. */
  private record Front(LossyLeader network, RecordWriter writer) {}

  @RepeatedTest(2)
  void acrossReshardsARecordIsInTheStreamAtMostOnceAndTheFrontKnows() {
    run(3, 3, true);
    assertThat(shards.count(Outcome.Sealed.class)).as("seed " + SEED).isGreaterThan(10);
    assertThat(shards.count(Outcome.AppendedBefore.class)).as("seed " + SEED).isGreaterThan(50);
  }

  /** More fronts than a shard has sessions: it evicts some that are still retrying. */
  @RepeatedTest(2)
  void withManyFrontsARecordIsInTheStreamAtMostOnceAndTheFrontKnows() {
    run(1, 2 * SessionWindows.SESSIONS, false);
    assertThat(shards.count(Outcome.OutsideWindow.class)).as("seed " + SEED).isGreaterThan(50);
    assertThat(shards.count(Outcome.AppendedBefore.class)).as("seed " + SEED).isGreaterThan(50);
  }

  private void run(int shardCount, int frontCount, boolean reshards) {
    replace(
        0,
        StreamDefinition.creating(
            NAME,
            new StreamId(7),
            time.nowMillis() / 1000,
            StreamSettings.of(StreamMode.PROVISIONED),
            shardCount));
    settle();
    for (int i = 0; i < frontCount; i++) {
      fronts.add(front());
    }
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new Client(i));
    }
    clients.forEach(Client::next);
    disturb(reshards);
    time.runOut();
    assertTheStreamMatchesTheAnswers();
    clients.forEach(this::assertInOrder);
    assertThat(acknowledged).as("seed " + SEED).hasSizeGreaterThan(rejected.size());
    assertThat(unknown).as("seed " + SEED).isNotEmpty().hasSizeLessThan(acknowledged.size() / 4);
  }

  private void replace(long revision, StreamDefinition definition) {
    catalogue.replace(NAME, revision, Optional.of(definition)).toCompletableFuture().join();
  }

  private Front front() {
    LossyLeader network = new LossyLeader(shards, time, random);
    return new Front(
        network,
        new RecordWriter(
            new StreamLookup(catalogue, "us-east-1", "000000000000"),
            new SessionWriter(network, time::later, time::nanoTime),
            time::later));
  }

  /** Changes the quality of a front's network, reshards, restarts or adds a front. */
  private void disturb(boolean reshards) {
    if (activeClients == 0) {
      settle();
      return;
    }
    int which = random.nextInt(fronts.size());
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> fronts.get(which).network().lose(random.nextInt(3) * 45);
      case 3 -> {
        if (reshards) {
          reshard();
        }
      }
      case 4 -> shards.restart();
      case 5 -> fronts.set(which, front());
      case 6 -> trim();
      default -> settle();
    }
    time.later(random.nextInt(3_000 / fronts.size() + 20), () -> disturb(reshards));
  }

  private void trim() {
    List<ShardRef> held = shards.held();
    ShardRef shard = held.get(random.nextInt(held.size()));
    shards
        .state(shard)
        .ifPresent(state -> shards.trim(shard, random.nextLong(state.nextPosition() + 1)));
  }

  private void settle() {
    new LogStreamController(
            catalogue, shards, ShardLimits.NONE, () -> Instant.ofEpochMilli(time.nowMillis()))
        .settle(NAME)
        .toCompletableFuture()
        .join();
  }

  /** Begins a reshard and seals; the rest is done when the stream is settled next. */
  private void reshard() {
    if (stream().reshard().isPresent()) {
      return;
    }
    ReshardPlanner.toCount(stream().shape(), 1 + random.nextInt(4))
        .ifPresent(
            lineage -> {
              replace(
                  catalogue.find(NAME).orElseThrow().revision(),
                  stream().withReshard(Reshard.of(lineage)));
              lineage.closing().forEach(id -> shards.seal(stream().ref(id), time.nowMillis()));
            });
  }

  /** Sends one request after the other, some with several records, all with a key of its own. */
  private final class Client {
    private final int name;
    private final HashKey key = anyKey();
    private final List<String> own = new ArrayList<>();
    private int puts;

    Client(int name) {
      this.name = name;
    }

    void next() {
      if (puts++ == PUTS_A_CLIENT) {
        activeClients--;
        return;
      }
      List<String> texts = new ArrayList<>();
      List<HashedRecord> records = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        String text = name + "-" + puts + "-" + i;
        boolean mine = i == 0 || random.nextBoolean();
        texts.add(text);
        records.add(record(mine ? key : anyKey(), text));
        if (mine) {
          own.add(text);
        }
      }
      fronts
          .get(random.nextInt(fronts.size()))
          .writer()
          .write(stream(), records)
          .thenAccept(
              results -> {
                for (int i = 0; i < texts.size(); i++) {
                  recordResult(texts.get(i), results.get(i));
                }
                time.later(random.nextInt(20), this::next);
              });
    }
  }

  private HashKey anyKey() {
    return new HashKey(random.nextLong(), random.nextLong());
  }

  private static HashedRecord record(HashKey key, String text) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    return new HashedRecord(key, new byte[] {'k'}, new Blob(data, 0, data.length));
  }

  private void recordResult(String text, RecordResult result) {
    switch (result) {
      case RecordResult.Written written -> acknowledged.put(text, written);
      case RecordResult.Failed failed -> {
        boolean known = failed.error().name() != KinesisError.Name.INTERNAL_FAILURE;
        (known ? rejected : unknown).add(text);
      }
    }
  }

  private void assertTheStreamMatchesTheAnswers() {
    Map<String, List<String>> places = new HashMap<>();
    for (ShardRef shard : shards.held()) {
      shards
          .positions(shard)
          .forEach(
              (position, text) ->
                  places
                      .computeIfAbsent(text, t -> new ArrayList<>())
                      .add(shard.shard() + "@" + position));
    }
    acknowledged.forEach(
        (text, written) ->
            assertThat(places.get(text))
                .as("record %s, seed %d", text, SEED)
                .containsExactly(written.shard() + "@" + written.number().counter()));
    for (String text : rejected) {
      assertThat(places).as("rejected, seed " + SEED).doesNotContainKey(text);
    }
    for (String text : unknown) {
      assertThat(places.getOrDefault(text, List.of()))
          .as("unknown record %s, seed %d", text, SEED)
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  /** The acknowledged records of a client are read in the order in which it sent them. */
  private void assertInOrder(Client client) {
    List<String> read = new ArrayList<>();
    for (ShardDefinition shard : stream().shards()) {
      if (shard.range().contains(client.key) && !shard.isVirtual()) {
        read.addAll(shards.records(stream().ref(shard.id())));
      }
    }
    Set<String> own = new HashSet<>(client.own);
    read.removeIf(text -> !own.contains(text) || !acknowledged.containsKey(text));
    List<String> acknowledgedInOrder =
        client.own.stream().filter(acknowledged::containsKey).toList();
    assertThat(read).as("seed " + SEED).isEqualTo(acknowledgedInOrder);
  }
}

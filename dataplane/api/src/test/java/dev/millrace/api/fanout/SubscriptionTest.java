// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.leader.TestingLeader;
import dev.millrace.leader.TestingShards;
import dev.millrace.leader.TestingTime;
import dev.millrace.leader.control.LogCatalogue;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.leader.shard.ShardLeader.TailResult;
import dev.millrace.leader.shard.SubscriptionRef;
import dev.millrace.protocol.Blob;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A subscription stays within its throughput, waits for its client and ends in time. */
class SubscriptionTest {
  private static final int MIB = 1 << 20;
  private static final StreamName NAME = new StreamName("s");

  private final TestingTime time = new TestingTime();
  private final TestingShards shards = new TestingShards();
  private final LogCatalogue catalogue = new LogCatalogue(shards, shards::streams);
  private final StreamDefinition stream = stream();
  private final Endless leader = new Endless();

  private StreamDefinition stream() {
    StreamDefinition made =
        StreamDefinition.creating(
                NAME,
                new StreamId(7),
                time.nowMillis() / 1000,
                StreamSettings.of(StreamMode.PROVISIONED),
                1)
            .withStatus(StreamStatus.ACTIVE)
            .withConsumer(consumer("a"))
            .withConsumer(consumer("b"));
    catalogue.create(made).toCompletableFuture().join();
    return made;
  }

  private static ConsumerDefinition consumer(String name) {
    return new ConsumerDefinition(
        name, 1_700_000_000L, ConsumerStatus.ACTIVE, new TreeMap<>(), Optional.empty());
  }

  /** Accepts messages while it is ready, and counts them. */
  private final class Sink implements EventSink {
    private boolean ready = true;
    private boolean ended;
    private long bytes;
    private int timers;
    private String text = "";

    @Override
    public void send(Blob message) {
      assertThat(ended).isFalse();
      bytes += message.length();
      text =
          new String(
              message.array(), message.offset(), message.length(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void whenReady(Runnable task) {
      assertThat(ready).isFalse();
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void run(Runnable task) {
      time.later(0, task);
    }

    @Override
    public Runnable runAfter(long millis, Runnable task) {
      AtomicBoolean givenUp = new AtomicBoolean();
      timers++;
      time.later(
          millis,
          () -> {
            if (!givenUp.get()) {
              timers--;
              task.run();
            }
          });
      return () -> {
        timers -= givenUp.getAndSet(true) ? 0 : 1;
      };
    }

    /** Size of the payload that was pushed; base64 encodes three bytes as four. */
    double mebibytes() {
      return bytes * 0.75 / MIB;
    }
  }

  /** A shard with an unlimited number of records. */
  private static final class Endless extends TestingLeader {
    private final List<SubscriptionRef> ended = new ArrayList<>();
    private final Set<SubscriptionRef> replaced = new HashSet<>();

    @Override
    public void unsubscribe(SubscriptionRef subscription, long position) {
      ended.add(subscription);
    }

    @Override
    public <T> CompletionStage<T> tail(
        SubscriptionRef subscription,
        long from,
        long maxBytes,
        long waitMillis,
        Function<TailResult, T> then) {
      if (replaced.contains(subscription)) {
        return CompletableFuture.completedStage(then.apply(new TailResult.SubscriptionReplaced()));
      }
      StoredRecord record =
          new StoredRecord(
              from,
              1_700_000_000_000L,
              ByteBuffer.allocate(1),
              ByteBuffer.allocate(MIB - 1),
              false);
      return CompletableFuture.completedStage(
          then.apply(
              new ReadResult.RecordPage(
                  List.of(record), from + 1, Long.MAX_VALUE, 1_700_000_000L)));
    }
  }

  private SubscriptionFactory factory() {
    return new SubscriptionFactory(
        new StreamLookup(catalogue, "us-east-1", "000000000000"),
        leader,
        true,
        () -> Instant.ofEpochMilli(time.nowMillis()),
        time::nanoTime);
  }

  private SubscriptionRef atLeader(String consumer) {
    return new SubscriptionRef(
        stream.ref(stream.shards().getFirst().id()), consumer(consumer).ref(), 1);
  }

  private Subscription created(String consumer, Sink sink) {
    return factory()
        .create(
            stream,
            stream.shards().getFirst(),
            consumer(consumer),
            Optional.of(atLeader(consumer)),
            1,
            sink);
  }

  private Sink begun(String consumer) {
    Sink sink = new Sink();
    created(consumer, sink).begin();
    return sink;
  }

  @Test
  void eachConsumerGetsAtMostTwoMebibytesASecondOfAShard() {
    Sink first = begun("a");
    Sink second = begun("b");
    time.runFor(Duration.ofSeconds(20).toMillis());
    for (Sink sink : List.of(first, second)) {
      assertThat(sink.mebibytes()).isBetween(40.0, 44.0);
    }
  }

  @Test
  void aCancelledSubscriptionLeavesNoTimer() {
    Sink sink = new Sink();
    sink.ready = false;
    Subscription subscription = created("a", sink);
    subscription.begin();
    assertThat(sink.timers).isEqualTo(1);
    subscription.cancel();
    assertThat(sink.timers).isZero();
  }

  @Test
  void theLeaderLearnsOnceThatASubscriptionHasEnded() {
    Sink sink = new Sink();
    Subscription subscription = created("a", sink);
    subscription.begin();
    subscription.cancel();
    subscription.cancel();
    assertThat(leader.ended).containsExactly(atLeader("a"));
  }

  @Test
  void aReplacedSubscriptionEndsWithItsNextRead() {
    Sink sink = begun("a");
    time.runFor(1_000);
    assertThat(sink.ended).isFalse();
    leader.replaced.add(atLeader("a"));
    time.runFor(1_000);
    assertThat(sink.ended).isTrue();
    assertThat(sink.text).contains("Another active subscription exists");
  }

  @Test
  void aClientThatIsNeverReadyIsDisconnectedAfterFiveMinutesToo() {
    Sink sink = begun("a");
    sink.ready = false;
    time.runFor(Duration.ofMinutes(5).toMillis() - 1);
    assertThat(sink.ended).isFalse();
    assertThat(sink.mebibytes()).isLessThan(4);
    time.runFor(1);
    assertThat(sink.ended).isTrue();
  }
}

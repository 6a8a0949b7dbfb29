// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.ShardRef;
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
import dev.millrace.protocol.Blob;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    @Override
    public void send(Blob message) {
      assertThat(ended).isFalse();
      bytes += message.length();
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
    @Override
    public <T> CompletionStage<T> tail(
        ShardRef shard, long from, long maxBytes, long waitMillis, Function<ReadResult, T> then) {
      StoredRecord record =
          new StoredRecord(
              from, 1_700_000_000_000L, ByteBuffer.allocate(1), ByteBuffer.allocate(MIB - 1));
      return CompletableFuture.completedStage(
          then.apply(
              new ReadResult.RecordPage(
                  List.of(record), from + 1, Long.MAX_VALUE, 1_700_000_000L)));
    }
  }

  private SubscriptionFactory factory() {
    return new SubscriptionFactory(
        new StreamLookup(catalogue, "us-east-1", "000000000000"),
        new Endless(),
        new Subscriptions(),
        true,
        () -> Instant.ofEpochMilli(time.nowMillis()),
        time::nanoTime);
  }

  private Sink begun(SubscriptionFactory factory, String consumer) {
    Sink sink = new Sink();
    factory
        .subscribe(stream, stream.shards().getFirst(), consumer(consumer), 1, sink)
        .fold(
            subscription -> {
              subscription.begin();
              return true;
            },
            error -> {
              throw new AssertionError(error);
            });
    return sink;
  }

  @Test
  void eachConsumerGetsAtMostTwoMebibytesASecondOfAShard() {
    SubscriptionFactory factory = factory();
    Sink first = begun(factory, "a");
    Sink second = begun(factory, "b");
    time.runFor(Duration.ofSeconds(20).toMillis());
    for (Sink sink : List.of(first, second)) {
      assertThat(sink.mebibytes()).isBetween(40.0, 44.0);
    }
  }

  @Test
  void aCancelledSubscriptionLeavesNoTimer() {
    SubscriptionFactory factory = factory();
    Sink sink = new Sink();
    sink.ready = false;
    Subscription subscription =
        factory
            .subscribe(stream, stream.shards().getFirst(), consumer("a"), 1, sink)
            .fold(
                begun -> begun,
                error -> {
                  throw new AssertionError(error);
                });
    subscription.begin();
    assertThat(sink.timers).isEqualTo(1);
    subscription.cancel();
    assertThat(sink.timers).isZero();
  }

  @Test
  void aClientThatIsNeverReadyIsDisconnectedAfterFiveMinutesToo() {
    Sink sink = begun(factory(), "a");
    sink.ready = false;
    time.runFor(Duration.ofMinutes(5).toMillis() - 1);
    assertThat(sink.ended).isFalse();
    assertThat(sink.mebibytes()).isLessThan(4);
    time.runFor(1);
    assertThat(sink.ended).isTrue();
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.shard.NumberedBatch;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.SubscriptionRef;
import dev.millrace.server.rpc.SuccessorsFormat.Successor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The leaders of shards in other processes. Batches that wait for the same pod travel together
 * (docs/adr/0015-gathering.md).
 */
public final class RemoteLeader implements ShardLeader, AutoCloseable {
  private static final int CONNECTIONS_PER_POD = 2;

  /** One, so that what was gathered first arrives first and is not behind what is read. */
  private static final int APPEND_CONNECTIONS_PER_POD = 1;

  private static final int ANSWER_TIMEOUT_MILLIS = 10_000;

  /** Shorter: a write that gets no answer is sent again, within the time that clients wait. */
  private static final int WRITE_TIMEOUT_MILLIS = 3_000;

  /** So much more for each KiB, which has to be carried there: a MiB a second. */
  private static final int WRITE_TIMEOUT_MILLIS_PER_KIB = 1;

  /** Above so many pods, those that nothing waits for are forgotten; they come and go. */
  private static final int PODS = 1_024;

  private static final Logger LOG = Logger.getLogger(RemoteLeader.class);

  private final Vertx vertx;
  private final PodCalls calls;
  private final PodCalls appends;
  private final LeaderSearch search;
  private final LeaderSearch appendSearch;
  private final Map<List<String>, AppendGatherer> pods = new ConcurrentHashMap<>();
  private final SealedShards sealedShards = new SealedShards();
  private final Function<ShardRef, List<String>> routes;
  private final ReadPool reads;
  private final LongSupplier nanoTime;

  /**
   * A client of shard pods.
   *
   * @param routes {@code host:port} of the pods of a shard's group, the likeliest leader first;
   *     none: it has none now
   * @param reads where answers to reads are worked on
   * @param nanoTime a clock that nobody sets
   * @param tls the certificates; without them calls are in clear text
   */
  public RemoteLeader(
      Vertx vertx,
      Function<ShardRef, List<String>> routes,
      ReadPool reads,
      LongSupplier nanoTime,
      Optional<InternalTls> tls) {
    this.vertx = vertx;
    this.routes = routes;
    this.reads = reads;
    this.nanoTime = nanoTime;
    this.calls = new PodCalls(vertx, CONNECTIONS_PER_POD, tls);
    this.appends = new PodCalls(vertx, APPEND_CONNECTIONS_PER_POD, tls);
    this.search = new LeaderSearch(calls);
    this.appendSearch = new LeaderSearch(appends);
  }

  @Override
  public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
    return call(shard, RpcFormat.OPEN_SESSION, RpcFormat.encodeShard(shard), WRITE_TIMEOUT_MILLIS)
        .map(answer -> there(shard, RpcFormat.decodeSessionResult(answer)))
        .toCompletionStage();
  }

  @Override
  public CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {
    List<String> addresses = addresses(shard);
    if (addresses.isEmpty()) {
      return CompletableFuture.failedStage(unknown(shard));
    }
    return gatherer(addresses)
        .append(new NumberedBatch(shard, number, again, records))
        .thenApply(outcome -> there(shard, outcome));
  }

  private AppendGatherer gatherer(List<String> addresses) {
    if (pods.size() > PODS) {
      pods.values().removeIf(AppendGatherer::isIdle);
    }
    return pods.computeIfAbsent(addresses, this::newGatherer);
  }

  private AppendGatherer newGatherer(List<String> addresses) {
    Context context = vertx.getOrCreateContext();
    return new AppendGatherer(
        addresses.toString(),
        GatherBounds.DEFAULT,
        task -> context.runOnContext(turn -> task.run()),
        nanoTime,
        batches -> send(addresses, batches));
  }

  private CompletionStage<List<BatchAnswer>> send(
      List<String> addresses, List<NumberedBatch> batches) {
    ByteBuffer request = RpcFormat.encodeAppend(batches);
    int timeoutMillis =
        WRITE_TIMEOUT_MILLIS + request.remaining() / 1024 * WRITE_TIMEOUT_MILLIS_PER_KIB;
    return appendSearch
        .call(
            batches.size() + " batches",
            addresses,
            RpcFormat.APPEND,
            request,
            timeoutMillis,
            RemoteLeader::answers)
        .toCompletionStage();
  }

  /** Where no batch was taken because the pod does not lead, all may be sent elsewhere. */
  private static List<BatchAnswer> answers(ByteBuffer bytes) {
    List<BatchAnswer> answers = RpcFormat.decodeAnswers(bytes);
    if (!answers.isEmpty()
        && answers.stream().allMatch(RemoteLeader::isNotLeading)
        && answers.getFirst() instanceof BatchAnswer.Refused(LogRefusedException refusal)) {
      throw refusal;
    }
    return answers;
  }

  private static boolean isNotLeading(BatchAnswer answer) {
    return answer instanceof BatchAnswer.Refused(LogRefusedException refusal)
        && refusal.reason() == Reason.NOT_LEADER;
  }

  @Override
  public <T> CompletionStage<T> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      Function<ReadResult, T> then) {
    RpcFormat.ReadRequest request =
        new RpcFormat.ReadRequest(shard, fromPosition, maxRecords, maxBytes);
    return call(shard, RpcFormat.READ, RpcFormat.encode(request), ANSWER_TIMEOUT_MILLIS)
        .toCompletionStage()
        .thenCompose(
            answer ->
                reads.run(() -> then.apply(there(shard, RpcFormat.decodeReadResult(answer)))));
  }

  @Override
  public CompletionStage<SubscribeOutcome> subscribe(
      ShardRef shard, ConsumerRef consumer, StartingPosition start) {
    RpcFormat.SubscribeRequest request = new RpcFormat.SubscribeRequest(shard, consumer, start);
    return call(shard, RpcFormat.SUBSCRIBE, RpcFormat.encode(request), ANSWER_TIMEOUT_MILLIS)
        .map(answer -> there(shard, RpcFormat.decodeSubscribeOutcome(answer)))
        .toCompletionStage();
  }

  /** Not repeated: a leader that does not hear of it ends the subscription by its lifetime. */
  @Override
  public void unsubscribe(SubscriptionRef subscription, long position) {
    call(
            subscription.shard(),
            RpcFormat.UNSUBSCRIBE,
            RpcFormat.encode(new RpcFormat.UnsubscribeRequest(subscription, position)),
            ANSWER_TIMEOUT_MILLIS)
        .onFailure(failure -> LOG.debugf("%s was not ended: %s", subscription, failure));
  }

  @Override
  public <T> CompletionStage<T> tail(
      SubscriptionRef subscription,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<TailResult, T> then) {
    ShardRef shard = subscription.shard();
    // Within the time that an answer may take.
    long wait = Math.min(maxWaitMillis, ANSWER_TIMEOUT_MILLIS / 2);
    RpcFormat.TailRequest request =
        new RpcFormat.TailRequest(subscription, fromPosition, maxBytes, wait);
    return call(shard, RpcFormat.TAIL, RpcFormat.encode(request), ANSWER_TIMEOUT_MILLIS)
        .toCompletionStage()
        .thenCompose(
            answer ->
                reads.run(() -> then.apply(there(shard, RpcFormat.decodeTailResult(answer)))));
  }

  @Override
  public CompletionStage<Optional<Long>> find(ShardRef shard, StartingPosition start) {
    RpcFormat.FindRequest request = new RpcFormat.FindRequest(shard, start);
    return call(shard, RpcFormat.FIND, RpcFormat.encode(request), ANSWER_TIMEOUT_MILLIS)
        .map(RpcFormat::decodeFound)
        .map(
            found -> {
              if (found.isEmpty()) {
                throw notThere(shard);
              }
              return found;
            })
        .toCompletionStage();
  }

  @Override
  public CompletionStage<List<ShardDefinition>> successors(ShardRef sealed) {
    return successors(
        sealed,
        () ->
            call(sealed, SuccessorsFormat.PATH, RpcFormat.encodeShard(sealed), WRITE_TIMEOUT_MILLIS)
                .map(SuccessorsFormat::decode)
                .toCompletionStage());
  }

  /** The same, from whoever knows; the addresses of the successors are remembered. */
  CompletionStage<List<ShardDefinition>> successors(
      ShardRef sealed, Supplier<CompletionStage<List<Successor>>> question) {
    return sealedShards.successors(sealed, question);
  }

  /**
   * The published address; a shard that is not published yet has one that its parents' leader gave.
   */
  private List<String> addresses(ShardRef shard) {
    List<String> published = routes.apply(shard);
    return published.isEmpty() ? sealedShards.addresses(shard) : published;
  }

  private static <T> T there(ShardRef shard, T result) {
    if (result instanceof Outcome.NoSuchShard || result instanceof ReadResult.ShardMissing) {
      throw notThere(shard);
    }
    return result;
  }

  /**
   * The routes say that the pod hosts the shard and the pod says that it does not: an address went
   * to another pod, or the shard is not open yet. The stream may well be there, so this is no
   * ResourceNotFoundException.
   */
  private static LogRefusedException notThere(ShardRef shard) {
    return new LogRefusedException(
        Reason.NOT_LEADER, "shard " + shard + " is not where the routes say", null);
  }

  private Future<ByteBuffer> call(ShardRef shard, String path, ByteBuffer body, int timeoutMillis) {
    List<String> addresses = addresses(shard);
    return addresses.isEmpty()
        ? Future.failedFuture(unknown(shard))
        : search.call(
            "shard " + shard, addresses, path, body, timeoutMillis, RpcFormat::unlessRefused);
  }

  private static LogRefusedException unknown(ShardRef shard) {
    return new LogRefusedException(
        Reason.NOT_LEADER, "no pod is known to lead shard " + shard, null);
  }

  @Override
  public void close() {
    calls.close();
    appends.close();
  }
}

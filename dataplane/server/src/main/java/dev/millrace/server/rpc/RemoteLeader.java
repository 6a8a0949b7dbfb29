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
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardLeader;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The leaders of shards in other processes, asked over HTTP/2 in clear text. A call that could not
 * be handed over is tried at the shard's next address; one that was handed over and got no answer
 * is not tried again here: whether it was done is known to nobody but the shard.
 */
public final class RemoteLeader implements ShardLeader, AutoCloseable {
  private static final int CONNECTIONS_PER_POD = 2;
  private static final int CALLS_WAITING_FOR_A_CONNECTION = 10_000;
  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
  private static final int ANSWER_TIMEOUT_MILLIS = 10_000;

  /** Shorter: a write that gets no answer is sent again, within the time that clients wait. */
  private static final int WRITE_TIMEOUT_MILLIS = 3_000;

  /** So much more for each KiB, which has to be carried there: a MiB a second. */
  private static final int WRITE_TIMEOUT_MILLIS_PER_KIB = 1;

  private static final int STREAM_WINDOW_BYTES = 1 << 20;
  private static final int CONNECTION_WINDOW_BYTES = 16 << 20;
  private static final int OK = 200;

  private final HttpClient client;
  private final Function<ShardRef, List<String>> routes;
  private final ReadPool reads;

  /**
   * A client of shard pods.
   *
   * @param routes {@code host:port} of a shard's leader, the likeliest first; none: it has none now
   * @param reads where answers to reads are worked on
   */
  public RemoteLeader(Vertx vertx, Function<ShardRef, List<String>> routes, ReadPool reads) {
    this.routes = routes;
    this.reads = reads;
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
            .setInitialSettings(new Http2Settings().setInitialWindowSize(STREAM_WINDOW_BYTES))
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setTcpNoDelay(true);
    client =
        vertx.createHttpClient(
            options,
            new PoolOptions()
                .setHttp2MaxSize(CONNECTIONS_PER_POD)
                .setMaxWaitQueueSize(CALLS_WAITING_FOR_A_CONNECTION));
  }

  @Override
  public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
    return call(
            shard, RpcFormat.OPEN_SESSION, RpcFormat.encodeOpenSession(shard), WRITE_TIMEOUT_MILLIS)
        .map(answer -> there(shard, RpcFormat.decodeSessionResult(answer)))
        .toCompletionStage();
  }

  @Override
  public CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {
    RpcFormat.AppendRequest request = new RpcFormat.AppendRequest(shard, number, again, records);
    int timeoutMillis =
        WRITE_TIMEOUT_MILLIS + records.sizeBytes() / 1024 * WRITE_TIMEOUT_MILLIS_PER_KIB;
    return call(shard, RpcFormat.APPEND, RpcFormat.encode(request), timeoutMillis)
        .map(answer -> there(shard, RpcFormat.decodeAppendResult(answer)))
        .toCompletionStage();
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
    return read(shard, RpcFormat.READ, RpcFormat.encode(request), then);
  }

  @Override
  public <T> CompletionStage<T> tail(
      ShardRef shard,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<ReadResult, T> then) {
    // Within the time that an answer may take.
    long wait = Math.min(maxWaitMillis, ANSWER_TIMEOUT_MILLIS / 2);
    RpcFormat.TailRequest request = new RpcFormat.TailRequest(shard, fromPosition, maxBytes, wait);
    return read(shard, RpcFormat.TAIL, RpcFormat.encode(request), then);
  }

  private <T> CompletionStage<T> read(
      ShardRef shard, String path, ByteBuffer request, Function<ReadResult, T> then) {
    return call(shard, path, request, ANSWER_TIMEOUT_MILLIS)
        .toCompletionStage()
        .thenCompose(
            answer ->
                reads.run(
                    () -> {
                      ReadResult result = RpcFormat.decodeReadResult(answer);
                      if (result instanceof ReadResult.ShardMissing) {
                        throw notThere(shard);
                      }
                      return then.apply(result);
                    }));
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

  private static <T> T there(ShardRef shard, T result) {
    if (result instanceof Outcome.NoSuchShard) {
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
    List<String> addresses = routes.apply(shard);
    if (addresses.isEmpty()) {
      return Future.failedFuture(
          new LogRefusedException(
              Reason.NOT_LEADER, "no pod is known to lead shard " + shard, null));
    }
    return handOver(shard, path, addresses, 0, timeoutMillis)
        .compose(request -> answer(shard, request, body));
  }

  private Future<HttpClientRequest> handOver(
      ShardRef shard, String path, List<String> addresses, int which, int timeoutMillis) {
    URI address = URI.create("http://" + addresses.get(which));
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(address.getHost())
            .setPort(address.getPort())
            .setURI(path)
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setIdleTimeout(timeoutMillis);
    return client
        .request(options)
        .recover(
            failure ->
                which + 1 < addresses.size()
                    ? handOver(shard, path, addresses, which + 1, timeoutMillis)
                    : Future.failedFuture(
                        new LogRefusedException(
                            Reason.NOT_LEADER,
                            "shard %s is not reached at %s: %s"
                                .formatted(shard, addresses, failure.getMessage()),
                            failure)));
  }

  private static Future<ByteBuffer> answer(
      ShardRef shard, HttpClientRequest request, ByteBuffer body) {
    return request
        .send(BufferImpl.buffer(Unpooled.wrappedBuffer(body)))
        .compose(
            response ->
                response.statusCode() == OK
                    ? response.body()
                    : Future.failedFuture("status " + response.statusCode()))
        .map(RemoteLeader::bytes)
        .recover(
            failure ->
                Future.failedFuture(
                    new LogRefusedException(
                        Reason.UNKNOWN_OUTCOME,
                        "no answer came about shard " + shard + ": " + failure.getMessage(),
                        failure)));
  }

  private static ByteBuffer bytes(Buffer buffer) {
    return ByteBuffer.wrap(buffer.getBytes());
  }

  @Override
  public void close() {
    client.close().toCompletionStage().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
  }
}

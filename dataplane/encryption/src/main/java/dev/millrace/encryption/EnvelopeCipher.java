// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import com.google.crypto.tink.Aead;
import dev.millrace.core.port.DataKeyNeededException;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the records of a batch as one text with AES-256-GCM, under a data key of the stream that
 * a master key wraps. Shard and number of records are authenticated with it, so that a block which
 * is moved to another shard does not decrypt.
 *
 * <p>A data key is made when a stream is first written here, and anew after {@link #LIFETIME}. One
 * that is used, to write or to read, is unwrapped again every {@link #TRUSTED}, so that a master
 * key that was withdrawn takes effect within that time, as with the service. It is done in the
 * background after {@link #REFRESHED}, so that nobody waits for it.
 *
 * <p>Callable from any thread; never blocks: calls to the keeper of the master keys are made by an
 * executor, one at a time for each data key.
 */
public final class EnvelopeCipher implements RecordCipher {
  /** For how long new records are encrypted with the same data key. */
  static final Duration LIFETIME = Duration.ofHours(1);

  /** For how long a data key is used without its master key. */
  static final Duration TRUSTED = Duration.ofMinutes(5);

  /** After which it is unwrapped again while it is used. */
  static final Duration REFRESHED = Duration.ofMinutes(4);

  /** For how long a failure is the answer, so that each record does not cause a call. */
  static final Duration FAILED = Duration.ofSeconds(1);

  /**
   * Most batches that one data key encrypts. A nonce of 96 random bits must not be drawn twice:
   * NIST allows 2^32 (SP 800-38D, 8.3).
   */
  static final int MOST_BATCHES = 1 << 30;

  /** Most data keys that are kept in memory, the least recently used are forgotten. */
  static final int MOST_KEYS = 4_096;

  private final MasterKeys masters;
  private final Executor calls;
  private final LongSupplier nanos;
  private final RandomGenerator random;

  /** Which data key new records get. */
  private final Map<StreamKey, WritingKey> writing = bounded();

  private final Map<StoredKey, OpenKey> open = bounded();
  private final Map<Object, Call<OpenKey>> running = new ConcurrentHashMap<>();

  /** A master key as a stream uses it. */
  private record StreamKey(StreamId stream, String keyId) {}

  /** A data key as a stream stores it. */
  private record StoredKey(StreamId stream, WrappedKey key) {}

  /** A call to the keeper of the master keys. */
  private record Call<T>(CompletableFuture<T> answer, long startNanos) {}

  /** A data key that is at hand. */
  private record OpenKey(WrappedKey key, Aead aead, long provenNanos) {}

  /** The data key of new records. */
  private record WritingKey(StoredKey stored, long madeNanos, AtomicInteger batches) {}

  /**
   * A cipher that knows no data key yet.
   *
   * @param calls makes the calls to the keeper of the master keys, which block; may reject
   * @param nanos monotonic time
   * @param random makes data keys: has to be fit for that
   */
  public EnvelopeCipher(
      MasterKeys masters, Executor calls, LongSupplier nanos, RandomGenerator random) {
    this.masters = masters;
    this.calls = calls;
    this.nanos = nanos;
    this.random = random;
  }

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MOST_KEYS;
      }
    };
  }

  /** Wraps and unwraps a key, since that is what records need. */
  @Override
  public CompletionStage<Void> check(String keyId) {
    return async(
        () -> {
          byte[] probe = newKey();
          byte[] found = masters.unwrap(keyId, masters.wrap(keyId, probe, "check"), "check");
          if (!Arrays.equals(probe, found)) {
            throw new LogRefusedException(
                Reason.KEY_INVALID,
                "master key %s does not unwrap what it wraps".formatted(keyId),
                null);
          }
          return null;
        });
  }

  @Override
  public CompletionStage<RecordBatch> encrypt(
      ShardRef shard, RecordBatch records, RecordProtection.Requested with) {
    StreamKey stream = new StreamKey(shard.stream(), with.keyId());
    long now = nanos.getAsLong();
    WritingKey current;
    synchronized (writing) {
      current = writing.get(stream);
    }
    boolean usable =
        current != null
            && now - current.madeNanos() < LIFETIME.toNanos()
            && current.batches().incrementAndGet() < MOST_BATCHES;
    if (current == null || !usable) {
      return single(stream, () -> make(stream)).thenApply(key -> encrypt(shard, records, key));
    }
    StoredKey stored = current.stored();
    return found(stored, now)
        .<CompletionStage<RecordBatch>>map(
            key -> CompletableFuture.completedStage(encrypt(shard, records, key)))
        .orElseGet(
            () ->
                single(stored, () -> unwrap(stored))
                    .thenApply(key -> encrypt(shard, records, key)));
  }

  private static RecordBatch encrypt(ShardRef shard, RecordBatch records, OpenKey with) {
    try {
      byte[] encrypted = with.aead().encrypt(bytes(records.payload()), context(shard, records));
      return new RecordBatch(
          records.count(), ByteBuffer.wrap(encrypted), new RecordProtection.Encrypted(with.key()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("records of shard " + shard + " cannot be encrypted", e);
    }
  }

  @Override
  public RecordBatch decrypt(ShardRef shard, RecordBatch records) {
    return switch (records.protection()) {
      case RecordProtection.Clear clear -> records;
      case RecordProtection.Requested requested -> records;
      case RecordProtection.Encrypted(WrappedKey key) -> {
        OpenKey open =
            found(new StoredKey(shard.stream(), key), nanos.getAsLong())
                .orElseThrow(() -> new DataKeyNeededException(shard, key.copy()));
        yield decrypt(shard, records, open);
      }
    };
  }

  private static RecordBatch decrypt(ShardRef shard, RecordBatch records, OpenKey with) {
    try {
      byte[] clear = with.aead().decrypt(bytes(records.payload()), context(shard, records));
      return new RecordBatch(records.count(), ByteBuffer.wrap(clear));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "%d encrypted records of shard %s are not what was stored: damaged, or moved here"
              .formatted(records.count(), shard),
          e);
    }
  }

  @Override
  public CompletionStage<Void> fetch(ShardRef shard, WrappedKey key) {
    StoredKey stored = new StoredKey(shard.stream(), key.copy());
    return single(stored, () -> unwrap(stored)).thenAccept(done -> {});
  }

  /** The key if it is at hand and may still be used; has it proven again in time. */
  private Optional<OpenKey> found(StoredKey stored, long now) {
    @Nullable OpenKey key;
    synchronized (open) {
      key = open.get(stored);
    }
    if (key == null || now - key.provenNanos() >= TRUSTED.toNanos()) {
      return Optional.empty();
    }
    if (now - key.provenNanos() >= REFRESHED.toNanos()) {
      StoredKey own = new StoredKey(stored.stream(), key.key());
      single(own, () -> unwrap(own));
    }
    return Optional.of(key);
  }

  private OpenKey make(StreamKey stream) {
    byte[] key = newKey();
    try {
      byte[] wrapped = masters.wrap(stream.keyId(), key, context(stream.stream()));
      WrappedKey stored = new WrappedKey(stream.keyId(), ByteBuffer.wrap(wrapped));
      OpenKey made = opened(new StoredKey(stream.stream(), stored), key);
      synchronized (writing) {
        writing.put(
            stream,
            new WritingKey(
                new StoredKey(stream.stream(), stored), made.provenNanos(), new AtomicInteger()));
      }
      return made;
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private OpenKey unwrap(StoredKey stored) {
    byte[] key =
        masters.unwrap(
            stored.key().keyId(), bytes(stored.key().wrapped()), context(stored.stream()));
    try {
      return opened(stored, key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private OpenKey opened(StoredKey stored, byte[] key) {
    try {
      OpenKey opened = new OpenKey(stored.key(), AeadKeys.single(key), nanos.getAsLong());
      synchronized (open) {
        open.put(stored, opened);
      }
      return opened;
    } catch (GeneralSecurityException e) {
      throw new LogRefusedException(
          Reason.KEY_INVALID,
          "master key %s unwrapped a data key of %d bytes"
              .formatted(stored.key().keyId(), key.length),
          e);
    }
  }

  private byte[] newKey() {
    byte[] key = new byte[AeadKeys.KEY_BYTES];
    random.nextBytes(key);
    return key;
  }

  /** Makes a call unless it is running, or has just failed. */
  private CompletableFuture<OpenKey> single(Object subject, Supplier<OpenKey> call) {
    long now = nanos.getAsLong();
    if (running.size() > MOST_KEYS) {
      running.values().removeIf(each -> each.answer().isDone());
    }
    CompletableFuture<OpenKey> answer = new CompletableFuture<>();
    Call<OpenKey> mine = new Call<>(answer, now);
    Call<OpenKey> current =
        running.merge(subject, mine, (before, next) -> isAnswer(before, now) ? before : next);
    if (current.answer() == answer) {
      async(call)
          .whenComplete(
              (key, failure) -> {
                if (failure == null) {
                  running.remove(subject, mine);
                  answer.complete(key);
                } else {
                  answer.completeExceptionally(failure);
                }
              });
    }
    return current.answer();
  }

  private static boolean isAnswer(Call<OpenKey> call, long now) {
    return call.answer().state() == Future.State.RUNNING
        || (call.answer().state() == Future.State.FAILED
            && now - call.startNanos() < FAILED.toNanos());
  }

  /** Runs a call of the executor; its failures are refusals. */
  private <T extends @Nullable Object> CompletableFuture<T> async(Supplier<T> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      calls.execute(
          () -> {
            try {
              answer.complete(call.get());
            } catch (LogRefusedException e) {
              answer.completeExceptionally(e);
            } catch (RuntimeException e) {
              answer.completeExceptionally(
                  new LogRefusedException(
                      Reason.KEY_UNREACHABLE, "the keeper of the master keys failed: " + e, e));
            }
          });
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          new LogRefusedException(
              Reason.KEY_UNREACHABLE, "too many calls to the keeper of the master keys wait", e));
    }
    return answer;
  }

  /** What has to be the same to decrypt: 8 bytes of stream, 4 of shard, 4 of count. */
  private static byte[] context(ShardRef shard, RecordBatch records) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(shard.stream().bits())
        .putInt(shard.shard().index())
        .putInt(records.count())
        .array();
  }

  private static String context(StreamId stream) {
    return stream.toString();
  }

  /** Copies only what is a part of an array. */
  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer.hasArray()
        && buffer.arrayOffset() + buffer.position() == 0
        && buffer.remaining() == buffer.array().length) {
      return buffer.array();
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}

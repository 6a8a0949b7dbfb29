// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.consumer;

import dev.millrace.core.consumer.TokenSigner.Purpose;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * A reader's position in a shard, held by the client. Until it expires it may be used any number of
 * times, and it always means the same position.
 *
 * @param stream the stream's name, for error messages
 * @param shard the shard of one incarnation of the stream
 * @param position the position of the next record to read
 * @param issuedMillis epoch milliseconds
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html">GetShardIterator</a>
 */
public record ShardIterator(StreamName stream, ShardRef shard, long position, long issuedMillis) {
  /** How long an iterator is valid. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  /** Most characters of an iterator's text. */
  public static final int MAX_LENGTH = 512;

  private static final int VERSION = 1;

  /** Encodes and signs the iterator for a client. */
  public String encode(TokenSigner signer) {
    return signer.sign(
        Purpose.SHARD_ITERATOR,
        new FormatWriter(192)
            .u8(VERSION)
            .text(stream.text())
            .i64(shard.stream().bits())
            .varint(shard.shard().index())
            .i64(position)
            .i64(issuedMillis)
            .toByteArray());
  }

  /** Decodes an iterator; empty when the text is not a valid iterator. */
  public static Optional<ShardIterator> decode(TokenSigner signer, String text) {
    return signer.verify(Purpose.SHARD_ITERATOR, text).flatMap(ShardIterator::read);
  }

  private static Optional<ShardIterator> read(ByteBuffer content) {
    try {
      FormatReader in = new FormatReader("shard iterator", content);
      in.version(VERSION);
      StreamName stream = new StreamName(in.text());
      ShardRef shard = new ShardRef(new StreamId(in.i64()), new ShardId(in.varint()));
      ShardIterator iterator = new ShardIterator(stream, shard, in.i64(), in.i64());
      in.end();
      return Optional.of(iterator);
    } catch (IllegalStateException | IllegalArgumentException e) {
      // Signed, so a later build's.
      return Optional.empty();
    }
  }

  /** An iterator for the same shard at the next position. */
  public ShardIterator next(long nextPosition, long nowMillis) {
    return new ShardIterator(stream, shard, nextPosition, nowMillis);
  }
}

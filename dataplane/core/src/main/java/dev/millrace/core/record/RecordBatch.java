// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.record;

import dev.millrace.core.format.Varint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Records as they are written to the log and the store: one after the other, each as {@code varint
 * length of the partition key, partition key (UTF-8), varint length of the data, data}. A partition
 * key of length 0 means that none was given. All of it may be encrypted, as one text.
 *
 * @param count the number of records, at least 1
 * @param payload the encoded records; read through {@link ByteBuffer#duplicate}, never changed
 * @param protection whether the payload is encrypted, or has to be
 */
public record RecordBatch(int count, ByteBuffer payload, RecordProtection protection) {

  public RecordBatch {
    if (count < 1) {
      throw new IllegalArgumentException("a record batch holds at least 1 record, found " + count);
    }
  }

  /** A batch that is not encrypted, and need not be. */
  public RecordBatch(int count, ByteBuffer payload) {
    this(count, payload, RecordProtection.Clear.ALL);
  }

  /** The same records, of which something else is to be done or known. */
  public RecordBatch with(RecordProtection other) {
    return new RecordBatch(count, payload, other);
  }

  /** Whether the payload is encrypted. */
  public boolean isEncrypted() {
    return protection instanceof RecordProtection.Encrypted;
  }

  /** The size of the payload. */
  public int sizeBytes() {
    return payload.remaining();
  }

  /** One record's bytes, as views of the batch's payload. */
  public record Entry(ByteBuffer partitionKey, ByteBuffer data) {}

  /**
   * Whether the payload consists of exactly {@code count} complete records. Says nothing of an
   * encrypted one.
   */
  public boolean isWellFormed() {
    ByteBuffer in = payload.duplicate();
    try {
      for (long i = 0; i < 2L * count; i++) {
        int length = Varint.get(in);
        in.position(Math.addExact(in.position(), length));
      }
      return !in.hasRemaining();
    } catch (IllegalStateException
        | IllegalArgumentException
        | ArithmeticException
        | BufferUnderflowException e) {
      return false;
    }
  }

  /**
   * Decodes all records.
   *
   * @throws IllegalStateException if they are encrypted, or the payload is not {@link
   *     #isWellFormed}
   */
  public List<Entry> entries() {
    if (isEncrypted()) {
      throw new IllegalStateException(
          "a batch of " + count + " encrypted records was not decrypted");
    }
    ByteBuffer in = payload.duplicate();
    // The count may be damaged as well: a record needs two bytes at least.
    List<Entry> entries = new ArrayList<>(Math.min(count, in.remaining() / 2));
    try {
      for (int i = 0; i < count; i++) {
        entries.add(new Entry(Varint.slice(in), Varint.slice(in)));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalStateException(
          "record batch of "
              + count
              + " records ends after "
              + entries.size()
              + " of them, at byte "
              + payload.remaining(),
          e);
    }
    if (in.hasRemaining()) {
      throw new IllegalStateException(
          "record batch of " + count + " records has " + in.remaining() + " bytes left over");
    }
    return entries;
  }

  /** Builds a batch; grows as needed. Not thread-safe. */
  public static final class Builder {
    private byte[] bytes;
    private int size;
    private int count;

    /**
     * @param expectedBytes the initial capacity
     */
    public Builder(int expectedBytes) {
      bytes = new byte[Math.max(64, expectedBytes)];
    }

    /** Adds a record. The arrays are copied. */
    public Builder add(byte[] partitionKey, byte[] data, int offset, int length) {
      int needed = size + partitionKey.length + length + 2 * Varint.MAX_BYTES;
      if (needed > bytes.length) {
        bytes = java.util.Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
      }
      size = Varint.put(bytes, size, partitionKey.length);
      System.arraycopy(partitionKey, 0, bytes, size, partitionKey.length);
      size += partitionKey.length;
      size = Varint.put(bytes, size, length);
      System.arraycopy(data, offset, bytes, size, length);
      size += length;
      count++;
      return this;
    }

    /** Adds a record of another batch. */
    public Builder add(Entry entry) {
      ByteBuffer key = entry.partitionKey();
      ByteBuffer data = entry.data();
      byte[] keyBytes = new byte[key.remaining()];
      byte[] dataBytes = new byte[data.remaining()];
      key.get(key.position(), keyBytes);
      data.get(data.position(), dataBytes);
      return add(keyBytes, dataBytes, 0, dataBytes.length);
    }

    /** The size of the payload so far. */
    public int sizeBytes() {
      return size;
    }

    /** The number of records so far. */
    public int count() {
      return count;
    }

    /** The batch; the builder must not be used afterwards. */
    public RecordBatch build() {
      return new RecordBatch(count, ByteBuffer.wrap(bytes, 0, size).slice());
    }
  }
}

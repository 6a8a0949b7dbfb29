// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

/**
 * Writes the body of one answer, in either codec. Methods with a name write a member of the open
 * structure, those without a name an element of the open list; {@link #end} closes either. Absent
 * members are not written. Not thread-safe, and used once.
 *
 * <pre>{@code
 * WireWriter out = new WireWriter(codec, 64);
 * out.startStructure();
 * out.text("ShardId", shardId);
 * out.end();
 * Blob body = out.finish();
 * }</pre>
 */
public final class WireWriter {
  /** The standard's tag for seconds since the epoch; AWS counts milliseconds under it. */
  private static final int CBOR_EPOCH_TAG = 1;

  private final Codec codec;
  private final ByteSink sink;
  private final JsonGenerator generator;

  /**
   * Creates a writer.
   *
   * @param codec the request's codec
   * @param expectedBytes the estimated size of the body; a good estimate saves copies
   */
  public WireWriter(Codec codec, int expectedBytes) {
    this.codec = codec;
    this.sink = new ByteSink(expectedBytes);
    try {
      this.generator = codec.generator(sink);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Opens the body, or an element that is a structure. */
  public void startStructure() {
    write(JsonGenerator::writeStartObject);
  }

  /** Opens a member that is a structure. */
  public void startStructure(String name) {
    write(out -> out.writeObjectFieldStart(name));
  }

  /** Opens a member that is a list. */
  public void startList(String name) {
    write(out -> out.writeArrayFieldStart(name));
  }

  /** Closes the structure or list opened last. */
  public void end() {
    write(
        out -> {
          if (out.getOutputContext().inArray()) {
            out.writeEndArray();
          } else {
            out.writeEndObject();
          }
        });
  }

  /** Writes a member that is text. */
  public void text(String name, String value) {
    write(out -> out.writeStringField(name, value));
  }

  /** Writes an element that is text. */
  public void text(String value) {
    write(out -> out.writeString(value));
  }

  /** Writes a member that is a whole number. */
  public void number(String name, long value) {
    write(out -> out.writeNumberField(name, value));
  }

  /** Writes a member that is true or false. */
  public void bool(String name, boolean value) {
    write(out -> out.writeBooleanField(name, value));
  }

  /** Writes a member that is bytes, from an array of the caller's. */
  public void blob(String name, byte[] array, int offset, int length) {
    write(
        out -> {
          out.writeFieldName(name);
          out.writeBinary(array, offset, length);
        });
  }

  /** Writes a member that is bytes. */
  public void blob(String name, Blob value) {
    blob(name, value.array(), value.offset(), value.length());
  }

  /**
   * Writes a member that is a point in time. The creation times of streams and consumers are whole
   * seconds in the service; the caller truncates them.
   *
   * @param epochMillis milliseconds since the epoch
   */
  public void timestamp(String name, long epochMillis) {
    write(
        out -> {
          out.writeFieldName(name);
          switch (codec) {
            case CBOR -> {
              ((CBORGenerator) out).writeTag(CBOR_EPOCH_TAG);
              out.writeNumber(epochMillis);
            }
            case JSON -> {
              if (epochMillis % 1000 == 0) {
                out.writeNumber(epochMillis / 1000);
              } else {
                // Of scale 3, so it never prints an exponent for any time after 1970.
                out.writeNumber(BigDecimal.valueOf(epochMillis, 3));
              }
            }
          }
        });
  }

  /**
   * Ends the body.
   *
   * @return what was written; the writer must not be used again
   * @throws IllegalStateException if something is still open
   */
  public Blob finish() {
    if (!generator.getOutputContext().inRoot()) {
      throw new IllegalStateException(
          "answer ends inside " + generator.getOutputContext().pathAsPointer());
    }
    write(JsonGenerator::close);
    return sink.toBlob();
  }

  private void write(Writing writing) {
    try {
      writing.to(generator);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
  }

  @FunctionalInterface
  private interface Writing {
    void to(JsonGenerator generator) throws IOException;
  }
}

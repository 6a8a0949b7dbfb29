// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import dev.millrace.protocol.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Bodies in CBOR. */
final class CborRequestFuzzTest extends RequestFuzz {
  CborRequestFuzzTest() {
    super(Codec.CBOR);
  }

  /** What JSON has in base64 is bytes. */
  @Override
  byte[] everything() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonParser in = new JsonFactory().createParser(EVERYTHING);
        CBORGenerator out = new CBORFactory().createGenerator(bytes)) {
      while (in.nextToken() != null) {
        if (in.currentToken() == JsonToken.VALUE_STRING && "Data".equals(in.currentName())) {
          out.writeBinary(in.getBinaryValue());
        } else {
          out.copyCurrentEvent(in);
        }
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** Tags of times, big numbers, fractions and references; lengths; containers without an end. */
  @Override
  protected List<byte[]> dictionary() {
    return Stream.of(
            "c1",
            "c2",
            "c3",
            "c4821a7fffffff01",
            "c482397fff01",
            "c249ffffffffffffffffff",
            "d90100",
            "d819",
            "d81900",
            "d81901",
            "d9d9f7",
            "a0",
            "80",
            "a1",
            "81",
            "bf",
            "9f",
            "ff",
            "5f",
            "7f",
            "f4",
            "f5",
            "f6",
            "f7",
            "f8ff",
            "f90000",
            "fb7fefffffffffffff",
            "1bffffffffffffffff",
            "3bffffffffffffffff",
            "5a7fffffff",
            "7a7fffffff",
            "9a7fffffff",
            "ba7fffffff",
            "60",
            "61c3",
            "63eda080",
            "4568656c6c6f",
            "6a53747265616d4e616d65",
            "6444617461")
        .map(HexFormat.of()::parseHex)
        .toList();
  }
}

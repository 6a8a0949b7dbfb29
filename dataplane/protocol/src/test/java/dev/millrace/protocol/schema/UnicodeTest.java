// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.TestingBodies;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No text is taken for another one: what is not Unicode is refused in both codecs alike, and what
 * is accepted is exactly what was sent.
 */
class UnicodeTest {
  private static final long SEED = 20261124;

  /** Bytes at which the rules of UTF-8 change, so that noise often is nearly right. */
  private static final byte[] EDGES =
      HexFormat.of().parseHex("002261417f808f909fa0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5ff");

  private static final String NOT_UTF8 =
      """
      80
      c0 80
      c1 bf
      c3
      c3 28
      e0 9f bf
      e2 82
      ed a0 80
      ed bf bf
      ed a0 bd ed b8 80
      f0 8f bf bf
      f0 9f 98
      f4 90 80 80
      f5 80 80 80
      fe
      """;

  @Test
  void textThatIsNotUtf8IsRefusedInBothCodecs() {
    NOT_UTF8
        .lines()
        .forEach(
            digits -> {
              byte[] text = TestingBodies.hex(digits).copy();
              assertRefused(Codec.JSON, json(text), digits);
              assertRefused(Codec.CBOR, cbor(text), digits);
              assertRefused(Codec.CBOR, cbor(text, text.length), digits + " in a chunk");
            });
  }

  /** Whole characters may be spread over chunks, the bytes of one may not (RFC 8949, 3.2.3). */
  @Test
  void aChunkMustNotEndInsideACharacter() {
    byte[] text = "aä😀b".getBytes(StandardCharsets.UTF_8);
    assertThat(text(Codec.CBOR, cbor(text, 1, 3, 7))).contains("aä😀b");
    for (int cut : new int[] {2, 4, 5, 6}) {
      assertThat(text(Codec.CBOR, cbor(text, cut))).as("cut after %d bytes", cut).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "\\udc00",
        "a\\uDBFFb",
        "\\udc00\\ud800",
        "\\ud800\\ud800\\udc00",
        "\\ud800\\\\udc00",
        "\\ud800😀",
      })
  void halfASurrogatePairIsRefused(String text) {
    for (String json :
        new String[] {
          "{\"Text\":\"%s\"}",
          "{\"Names\":[\"%s\"]}",
          "{\"Tags\":{\"%s\":\"\"}}",
          "{\"Tags\":{\"a\":\"%s\"}}",
          "{\"Inners\":[{\"Text\":\"%s\"}]}",
          "{\"Other\":[\"%s\"]}",
        }) {
      assertRefused(Codec.JSON, TestingBodies.json(json.formatted(text)), json);
    }
  }

  @Test
  void pairsAndOtherEscapesAreRead() {
    assertThat(
            text(Codec.JSON, TestingBodies.json("{\"Text\":\"\\ud83d\\uDE00\\\\ud800\\u00e4\"}")))
        .contains("😀\\ud800ä");
  }

  /** A parser that guesses encodings would read this as JSON, with text that nobody looked at. */
  @Test
  void jsonIsUtf8() {
    String json = "{\"Text\":\"a\"}";
    assertRefused(Codec.JSON, Blob.of(json.getBytes(StandardCharsets.UTF_16LE)), "UTF-16LE");
    assertRefused(Codec.JSON, Blob.of(json.getBytes(StandardCharsets.UTF_16BE)), "UTF-16BE");
  }

  /** The keys 5 and h'ff', which would become the names "5" and "\uFFFD". */
  @ParameterizedTest
  @ValueSource(strings = {"a1 64 54616773 a1 05 61 61", "a1 64 54616773 a1 41 ff 61 61"})
  void keysOfMapsAreText(String body) {
    assertRefused(Codec.CBOR, TestingBodies.hex(body), body);
  }

  @Test
  void randomBytesAreStoredAsTheyWereSentOrRefusedInBothCodecs() {
    Random random = new Random(SEED);
    int accepted = 0;
    for (int round = 0; round < 300_000; round++) {
      byte[] text = randomText(random);
      Optional<String> expected = strictlyDecoded(text);
      String description =
          "seed %d, round %d: %s".formatted(SEED, round, HexFormat.of().formatHex(text));
      Optional<String> fromJson = text(Codec.JSON, json(text));
      assertThat(fromJson).as(description).isEqualTo(expected);
      assertThat(text(Codec.CBOR, cbor(text))).as(description).isEqualTo(expected);
      fromJson.ifPresent(
          read ->
              assertThat(read.getBytes(StandardCharsets.UTF_8)).as(description).isEqualTo(text));
      accepted += fromJson.isPresent() ? 1 : 0;
    }
    assertThat(accepted).isBetween(30_000, 270_000);
  }

  @Test
  void randomEscapesAreReadAsUnicodeOrRefused() {
    Random random = new Random(SEED);
    for (int round = 0; round < 100_000; round++) {
      StringBuilder text = new StringBuilder();
      StringBuilder escaped = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--) {
        int unit =
            random.nextInt(3) == 0 ? random.nextInt(0x10000) : 0xD7F0 + random.nextInt(0x820);
        text.append((char) unit);
        escaped.append("\\u%04x".formatted(unit));
      }
      boolean isUnicode = StandardCharsets.UTF_8.newEncoder().canEncode(text);
      assertThat(text(Codec.JSON, TestingBodies.json("{\"Text\":\"" + escaped + "\"}")))
          .as("seed %d, round %d: %s", SEED, round, escaped)
          .isEqualTo(isUnicode ? Optional.of(text.toString()) : Optional.empty());
    }
  }

  private static byte[] randomText(Random random) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int kind = random.nextInt(3);
    for (int n = random.nextInt(20); n > 0; n--) {
      if (kind == 0) {
        text.write(EDGES[random.nextInt(EDGES.length)]);
      } else {
        int most = kind == 1 ? 0x3000 : Character.MAX_CODE_POINT;
        text.writeBytes(
            new String(Character.toChars(random.nextInt(most))).getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] bytes = text.toByteArray();
    if (bytes.length > 0 && random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static Optional<String> strictlyDecoded(byte[] text) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }

  /** A body whose member {@code Text} has these bytes, escaped only where JSON asks for it. */
  private static Blob json(byte[] text) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("{\"Text\":\"".getBytes(StandardCharsets.UTF_8));
    for (byte b : text) {
      if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
        body.writeBytes("\\u%04x".formatted((int) b).getBytes(StandardCharsets.UTF_8));
      } else {
        body.write(b);
      }
    }
    body.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
    return Blob.of(body.toByteArray());
  }

  /** The same in CBOR; with cuts, in chunks that end there. */
  private static Blob cbor(byte[] text, int... cuts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(TestingBodies.hex("a1 64 54657874").copy());
    if (cuts.length == 0) {
      chunk(body, text);
    } else {
      body.write(0x7f);
      int start = 0;
      for (int cut : cuts) {
        chunk(body, Arrays.copyOfRange(text, start, cut));
        start = cut;
      }
      chunk(body, Arrays.copyOfRange(text, start, text.length));
      body.write(0xff);
    }
    return Blob.of(body.toByteArray());
  }

  private static void chunk(ByteArrayOutputStream body, byte[] text) {
    body.write(0x78);
    body.write(text.length);
    body.writeBytes(text);
  }

  private static Optional<String> text(Codec codec, Blob body) {
    return switch (AllKinds.SHAPE.decode(codec, body)) {
      case Decoded.Input(Structure input) -> Optional.of(input.get(AllKinds.TEXT));
      case Decoded.Malformed(KinesisError error) -> {
        assertThat(error).isEqualTo(new KinesisError(KinesisError.Name.SERIALIZATION, ""));
        yield Optional.empty();
      }
    };
  }

  private static void assertRefused(Codec codec, Blob body, String description) {
    assertThat(AllKinds.SHAPE.decode(codec, body))
        .as(description)
        .isEqualTo(new Decoded.Malformed(new KinesisError(KinesisError.Name.SERIALIZATION, "")));
    assertThat(BodySyntax.isStructure(codec, body)).as(description).isFalse();
  }
}

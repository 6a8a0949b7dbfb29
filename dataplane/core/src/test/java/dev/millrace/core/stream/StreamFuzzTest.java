// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.FormatTest;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.fuzz.DecoderFuzz;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What the catalogue stores: definitions, former streams and account settings. */
final class StreamFuzzTest extends DecoderFuzz {
  private static final int DEFINITION = 0;
  private static final int FORMER = 1;
  private static final int ACCOUNT = 2;

  @Override
  protected List<byte[]> seeds() {
    FormatWriter definition = new FormatWriter(512).u8(DEFINITION);
    StreamFormat.write(definition, FormatTest.changing());
    FormatWriter former = new FormatWriter(64).u8(FORMER);
    StreamFormat.writeFormer(
        former, new FormerStreams(new TreeMap<>(java.util.Map.of(new StreamName("a"), 5L)), 3));
    FormatWriter account = new FormatWriter(64).u8(ACCOUNT);
    StreamFormat.writeAccount(account, AccountSettings.NONE.enabled(Instant.ofEpochSecond(5)));
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(definition.toByteArray());
    seeds.add(former.toByteArray());
    seeds.add(account.toByteArray());
    return seeds;
  }

  @Override
  protected void decode(byte[] input) {
    FormatReader in =
        new FormatReader(
            "stream",
            ByteBuffer.wrap(
                input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length)));
    FormatWriter out = new FormatWriter(64);
    switch (input.length == 0 ? DEFINITION : input[0]) {
      case FORMER -> {
        FormerStreams former = StreamFormat.readFormer(in);
        StreamFormat.writeFormer(out, former);
        assertThat(StreamFormat.readFormer(again(out))).isEqualTo(former);
      }
      case ACCOUNT -> {
        AccountSettings account = StreamFormat.readAccount(in);
        StreamFormat.writeAccount(out, account);
        assertThat(StreamFormat.readAccount(again(out))).isEqualTo(account);
      }
      default -> {
        StreamDefinition stream = StreamFormat.read(in);
        StreamFormat.write(out, stream);
        assertThat(StreamFormat.read(again(out))).isEqualTo(stream);
      }
    }
  }

  private static FormatReader again(FormatWriter out) {
    return new FormatReader("stream again", out.toByteBuffer());
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(IllegalStateException.class, IllegalArgumentException.class);
  }
}

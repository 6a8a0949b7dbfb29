// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What is written is read back, wherever the writer's array had to grow. */
class FormatWriterTest {
  private static final int INITIAL_CAPACITY = 16;

  @Test
  void everyFieldSurvivesTheGrowthOfTheArrayAtEveryPlace() {
    for (int before = 0; before <= 3 * INITIAL_CAPACITY; before++) {
      FormatWriter out = new FormatWriter(INITIAL_CAPACITY);
      for (int i = 0; i < before; i++) {
        out.u8(i);
      }
      out.varint(1_000_000)
          .u8(200)
          .text("grüße")
          .i64(-5)
          .raw(ByteBuffer.wrap(new byte[] {1, 2, 3}))
          .u8(7);
      FormatReader in = new FormatReader("test", ByteBuffer.wrap(out.toByteArray()));
      for (int i = 0; i < before; i++) {
        assertThat(in.u8()).isEqualTo(i);
      }
      assertThat(in.varint()).isEqualTo(1_000_000);
      assertThat(in.u8()).isEqualTo(200);
      assertThat(in.text()).isEqualTo("grüße");
      assertThat(in.i64()).isEqualTo(-5);
      assertThat(in.raw(3)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertThat(in.u8()).isEqualTo(7);
      in.end();
    }
  }
}

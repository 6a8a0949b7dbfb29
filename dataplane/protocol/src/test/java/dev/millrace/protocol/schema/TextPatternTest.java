// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tests written by hand mean what their patterns say. */
class TextPatternTest {
  private static final long SEED = 20261121;

  @Test
  void handWrittenTestsAgreeWithTheirPatterns() {
    Random random = new Random(SEED);
    String alphabet = "azAZ09_.-019 é/:\n";
    for (TextPattern pattern :
        List.of(TextPattern.NAME, TextPattern.HASH_KEY, TextPattern.SEQUENCE_NUMBER)) {
      Pattern regex = Pattern.compile(pattern.text());
      for (int i = 0; i < 20_000; i++) {
        int length = random.nextInt(5);
        StringBuilder text = new StringBuilder();
        for (int j = 0; j < length; j++) {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        assertThat(pattern.matches(text.toString()))
            .as("seed %d, pattern %s, text '%s'", SEED, pattern.text(), text)
            .isEqualTo(regex.matcher(text).matches());
      }
      for (int digits : new int[] {38, 39, 40, 128, 129, 130}) {
        String number = "9".repeat(digits);
        assertThat(pattern.matches(number)).isEqualTo(regex.matcher(number).matches());
      }
    }
  }

  @Test
  void regularExpressionsAreNotShownLongTexts() {
    TextPattern slow = TextPattern.regex("(a*)*b");
    assertThat(slow.matches("a".repeat(2_000_000))).isTrue();
    assertThat(TextPattern.regex("a+").matches("ab")).isFalse();
    assertThat(TextPattern.regex("a+").matches("aa")).isTrue();
  }
}

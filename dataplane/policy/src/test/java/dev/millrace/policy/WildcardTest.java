// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Wildcards match what their definition says, and no pattern makes them slow. */
class WildcardTest {
  private static final int ROUNDS = 200_000;

  @Test
  void agreesWithTheDefinition() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int matches = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String pattern = draw(random, "ab:*?", 10);
      String value = draw(random, "ab:", 12);
      boolean expected = defined(pattern, value);
      matches += expected ? 1 : 0;
      assertThat(Wildcard.of(pattern).matches(value))
          .as("seed %d, round %d, '%s' on '%s'", seed, round, pattern, value)
          .isEqualTo(expected);
      assertThat(Wildcard.of(pattern).matches("b" + value + "a", 1, 1 + value.length()))
          .as("seed %d, round %d, '%s' within '%s'", seed, round, pattern, value)
          .isEqualTo(expected);
    }
    assertThat(matches).as("seed %d", seed).isBetween(ROUNDS / 50, ROUNDS / 2);
  }

  private static String draw(Random random, String alphabet, int longest) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(longest + 1);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  /** The definition, in exponential time. */
  private static boolean defined(String pattern, String value) {
    if (pattern.isEmpty()) {
      return value.isEmpty();
    }
    String rest = pattern.substring(1);
    if (pattern.charAt(0) == '*') {
      return defined(rest, value) || (!value.isEmpty() && defined(pattern, value.substring(1)));
    }
    return !value.isEmpty()
        && (pattern.charAt(0) == '?' || pattern.charAt(0) == value.charAt(0))
        && defined(rest, value.substring(1));
  }

  @Test
  void hostilePatternsTakeAtMostTheProductOfTheLengths() {
    String value = "a".repeat(2047) + "c";
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (int round = 0; round < 20; round++) {
            assertThat(Wildcard.of("*a".repeat(1023) + "*b").matches(value)).isFalse();
            assertThat(Wildcard.of("a*".repeat(1023) + "b").matches(value)).isFalse();
            assertThat(Wildcard.of("*" + "a".repeat(1023) + "b").matches(value)).isFalse();
            assertThat(Wildcard.of("*" + "?".repeat(1023) + "b*").matches(value)).isFalse();
            assertThat(Wildcard.of("*".repeat(2048)).matches(value)).isTrue();
          }
        });
  }

  @Test
  void aQuestionMarkIsOneCharacterAlsoOutsideOfTheBasicPlane() {
    String face = Character.toString(0x1F600);
    assertThat(Wildcard.of("?").matches(face)).isTrue();
    assertThat(Wildcard.of("??").matches(face)).isFalse();
    assertThat(Wildcard.of("*??").matches(face)).isFalse();
    assertThat(Wildcard.of("*?b").matches("a" + face + "b")).isTrue();
    assertThat(Wildcard.of("a" + face + "*").matches("a" + face)).isTrue();
  }

  @Test
  void caseIsIgnoredIfAsked() {
    assertThat(Wildcard.ignoringCase("Kinesis:GET*").matches("kINESIS:getRecords")).isTrue();
    assertThat(Wildcard.ignoringCase("straße*Ä").matches("STRAßE ä")).isTrue();
    assertThat(Wildcard.of("kinesis:get*").matches("kinesis:GetRecords")).isFalse();
    assertThat(Wildcard.ignoringCase("[").matches("{")).isFalse();
  }
}

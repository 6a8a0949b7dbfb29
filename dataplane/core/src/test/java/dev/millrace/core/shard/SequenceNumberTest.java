// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequence numbers have the service's layout and order. */
class SequenceNumberTest {
  private static final long SEED = 20261121L;

  @Test
  void theDocumentedExampleIsPrintedAndRead() {
    SequenceNumber number = new SequenceNumber(1_700_000_000L, new ShardId(1), 5, 1_700_000_123L);
    String decimal = "49646437577130777162115407028973509772956159636150419474";
    assertThat(number).hasToString(decimal);
    assertThat(SequenceNumber.parse(decimal)).contains(number);
  }

  @Test
  void consecutiveShardsOfANewStreamDifferByTheServicesStep() {
    BigInteger first = decimal(SequenceNumber.starting(1_700_000_000L, new ShardId(0)));
    BigInteger second = decimal(SequenceNumber.starting(1_700_000_000L, new ShardId(1)));
    assertThat(second.subtract(first))
        .isEqualTo(new BigInteger("22300745198530623141535718272648361505980432"));
  }

  @Test
  void everyNumberIsReadBackAndComparesAsItsDecimalDoes() {
    SplittableRandom random = new SplittableRandom(SEED);
    SequenceNumber before = any(random);
    for (int i = 0; i < 10_000; i++) {
      SequenceNumber number = any(random);
      assertThat(SequenceNumber.parse(number.toString())).as("seed %d", SEED).contains(number);
      assertThat(Integer.signum(number.compareTo(before)))
          .as("seed %d: %s against %s", SEED, number, before)
          .isEqualTo(decimal(number).compareTo(decimal(before)));
      before = number;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "1",
        "abc",
        "49646437577130777162115407028973509772956159636150419473",
        "99999999999999999999999999999999999999999999999999999999",
        "496464375771307771621154070289735097729561596361504194740"
      })
  void otherTextsAreNoSequenceNumbers(String text) {
    assertThat(SequenceNumber.parse(text)).isEmpty();
  }

  private static SequenceNumber any(SplittableRandom random) {
    return new SequenceNumber(
        // From 2004 on the decimal has its 56 digits.
        random.nextLong(1L << 30, 1L << 36),
        new ShardId(random.nextInt(Integer.MAX_VALUE)),
        random.nextLong(Long.MAX_VALUE),
        random.nextLong(1L << 36));
  }

  private static BigInteger decimal(SequenceNumber number) {
    return new BigInteger(number.toString());
  }
}

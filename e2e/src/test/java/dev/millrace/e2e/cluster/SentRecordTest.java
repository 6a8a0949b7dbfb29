// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check that the cluster tests rely on detects every kind of fault. It needs no cluster. */
class SentRecordTest {
  private static final List<SentRecord> PUT =
      SentRecord.acknowledged(
          List.of("acknowledged s0 10 a", "acknowledged s1 5 b", "acknowledged s0 11 c", "p50 3"));

  @Test
  void completeAndOrderedRecordsPass() {
    assertThatCode(() -> SentRecord.assertExactly(PUT, get("s0 10 a,s0 11 c,s1 5 b")))
        .doesNotThrowAnyException();
    assertThatCode(() -> SentRecord.assertKept(PUT, get("s0 9 a,s0 10 a,s0 11 c,s1 5 b")))
        .as("a put that was retried")
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s0 10 a,s1 5 b", // lost
        "s0 10 a,s0 12 c,s1 5 b", // under another number
        "s0 10 a,s0 11 x,s1 5 b", // with other content
        "s0 11 c,s0 10 a,s1 5 b", // out of order
        "s0 10 a,s0 10 a,s0 11 c,s1 5 b", // returned twice
        "s0 10 a,s0 11 c,s0 12 x,s1 5 b", // invented
      })
  void everyFaultIsDetected(String records) {
    assertThatThrownBy(() -> SentRecord.assertKept(PUT, get(records)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aRepeatIsAFaultWhereNothingFailed() {
    assertThatThrownBy(() -> SentRecord.assertExactly(PUT, get("s0 9 a,s0 10 a,s0 11 c,s1 5 b")))
        .isInstanceOf(AssertionError.class);
  }

  private static List<SentRecord> get(String records) {
    return SentRecord.read(
        List.of(records.split(",", -1)).stream().map(record -> "record " + record).toList());
  }
}

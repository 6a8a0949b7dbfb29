// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge of the Kinesis Client Library detects every kind of fault. It needs no cluster. */
class KclHistoryTest {
  private static final Map<String, Set<String>> PARENTS =
      Map.of("s0", Set.of(), "s1", Set.of("s0"), "s2", Set.of("s0"), "s3", Set.of("s1", "s2"));
  private static final List<SentRecord> PUT =
      SentRecord.acknowledged(
          List.of("acknowledged s0 1 a", "acknowledged s1 2 b", "acknowledged s3 3 c"));

  private static final String S0 = "begin s0 10,processed s0 1 k 0 a 5 11,end s0 20";
  private static final String S1 = "begin s1 30,processed s1 2 k 1 b 6 31,end s1 40";
  private static final String S2 = "begin s2 32,end s2 50";
  private static final String S3 = "begin s3 50,processed s3 3 k 2 c 7 60";

  @Test
  void anOrderedHistoryPassesWhicheverWorkerHadTheShards() {
    assertThatCode(() -> judge(S0, S1, S2, S3)).doesNotThrowAnyException();
    assertThatCode(() -> judge(S3, S0 + "," + S2, "WARN something,lost s0 70", S1))
        .doesNotThrowAnyException();
  }

  @Test
  void aRecordMayBeDeliveredAgainByTheNextOwnerOfALease() {
    assertThatCode(() -> judge(S0, S1, S2, S3, "begin s1 70,processed s1 2 k 1 b 6 71"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "begin s1 30,end s1 40", // lost
        "begin s1 30,processed s1 9 k 1 b 6 31,end s1 40", // under another number
        "begin s1 30,processed s1 2 k 1 x 6 31,end s1 40", // with other content
        "begin s1 30,processed s1 2 k 1 b 6 31,processed s1 3 j 0 x 6 32,end s1 40", // invented
        "begin s1 30,processed s1 2 k 1 b 6 61,end s1 40", // after its successor
        "begin s1 19,processed s1 2 k 1 b 6 31,end s1 40", // begun before its parent had ended
        "begin s1 30,processed s1 2 k 1 b 6 31,end s1 51", // ended after its child was begun
        "begin s1 30,processed s1 2 k 1 b 6 31", // never ended
        "processed s1 2 k 1 b 6 31,end s1 40", // never begun
      })
  void everyFaultIsDetected(String s1) {
    assertThatThrownBy(() -> judge(S0, s1, S2, S3)).isInstanceOf(AssertionError.class);
  }

  @Test
  void lagIsTheTimeToTheFirstRecordOfAShard() {
    KclHistory history = history(S0, S1, S2, S3);
    assertThat(history.firstRecords(Set.of("s1", "s2", "s3")).getMin()).isEqualTo(31);
    assertThat(history.firstRecords(Set.of("s1", "s2", "s3")).getMax()).isEqualTo(60);
    assertThat(history.delays(6, 8)).containsExactly(25L, 53L);
  }

  private static void judge(String... logs) {
    KclHistory history = history(logs);
    history.assertComplete(PUT);
    history.assertKeysInOrder();
    history.assertParentsFirst(PARENTS);
  }

  private static KclHistory history(String... logs) {
    return KclHistory.of(List.of(logs).stream().map(log -> log.replace(',', '\n')).toList());
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.History.Found;
import dev.millrace.e2e.History.Place;
import dev.millrace.e2e.History.RecordName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check that the crash test relies on detects every kind of fault. */
class HistoryTest {
  private final History history = new History();
  private final List<Found> found = new ArrayList<>();

  @BeforeEach
  void tenRecordsInTwoShards() {
    for (int i = 0; i < 10; i++) {
      RecordName name = new RecordName("w" + i % 2, i);
      Place place = new Place("shard-" + i % 2, String.valueOf(100 + i));
      history.sending(name);
      history.acknowledged(name, place);
      found.add(new Found(name, place, true));
    }
  }

  @Test
  void aFaithfulReadPasses() {
    assertThat(history.check(found)).isEmpty();
  }

  @Test
  void anUnacknowledgedRecordMayBeThereOrNot() {
    history.sending(new RecordName("w0", 10));
    assertThat(history.check(found)).isEmpty();
    found.add(new Found(new RecordName("w0", 10), new Place("shard-0", "110"), true));
    assertThat(history.check(found)).isEmpty();
  }

  @Test
  void aLostRecordIsDetected() {
    found.remove(4);
    assertThat(history.check(found)).singleElement().asString().startsWith("lost: ");
  }

  @Test
  void anInventedRecordIsDetected() {
    found.add(new Found(new RecordName("w9", 1), new Place("shard-0", "999"), true));
    assertThat(history.check(found)).singleElement().asString().startsWith("invented: ");
  }

  @Test
  void aRepeatedRecordIsDetected() {
    found.add(new Found(new RecordName("w0", 8), new Place("shard-0", "999"), true));
    assertThat(history.check(found)).anyMatch(wrong -> wrong.startsWith("twice: "));
  }

  @Test
  void swappedRecordsAreDetected() {
    Collections.swap(found, 4, 6);
    assertThat(history.check(found)).anyMatch(wrong -> wrong.startsWith("reordered: "));
  }

  @Test
  void aSequenceNumberOtherThanTheReturnedOneIsDetected() {
    found.set(9, new Found(new RecordName("w1", 9), new Place("shard-1", "110"), true));
    assertThat(history.check(found)).singleElement().asString().startsWith("elsewhere: ");
  }

  @Test
  void changedDataIsDetected() {
    found.set(9, new Found(found.get(9).name(), found.get(9).place(), false));
    assertThat(history.check(found)).singleElement().asString().startsWith("changed: ");
  }
}

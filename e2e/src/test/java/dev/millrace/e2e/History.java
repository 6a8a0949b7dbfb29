// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records what writers sent and what was acknowledged, and checks what readers found against it: no
 * acknowledged record is lost, reordered or invented. Thread-safe.
 */
final class History {

  /**
   * Identifies a record: the {@code number}-th of a writer.
   *
   * @param writer who sent it
   * @param number rises with each record of the writer
   */
  record RecordName(String writer, long number) {}

  /**
   * The position of a record, as the server returned it or as a reader found it.
   *
   * @param shard the shard's id
   * @param sequenceNumber decimal
   */
  record Place(String shard, String sequenceNumber) {}

  /**
   * A record as a reader found it.
   *
   * @param name read from its data
   * @param place where it was
   * @param whole whether the rest of its data is what was sent
   */
  record Found(RecordName name, Place place, boolean whole) {}

  private final Set<RecordName> sent = ConcurrentHashMap.newKeySet();
  private final Map<RecordName, Place> acknowledged = new ConcurrentHashMap<>();

  /** Adds a record that is about to be sent. */
  void sending(RecordName name) {
    sent.add(name);
  }

  /** Adds the acknowledgement of a record. */
  void acknowledged(RecordName name, Place place) {
    acknowledged.put(name, place);
  }

  int acknowledgedCount() {
    return acknowledged.size();
  }

  /**
   * Checks what was read.
   *
   * @param found all records of the stream, those of each shard in the order they were read
   * @return descriptions of all faults; empty if there is none
   */
  List<String> check(List<Found> found) {
    List<String> wrong = new ArrayList<>();
    Map<RecordName, Place> seen = new HashMap<>();
    Map<String, String> lastNumber = new HashMap<>();
    Map<String, Long> lastOfWriter = new HashMap<>();
    for (Found record : found) {
      RecordName name = record.name();
      Place place = record.place();
      if (!sent.contains(name)) {
        wrong.add("invented: " + record);
      }
      if (!record.whole()) {
        wrong.add("changed: " + record);
      }
      Place before = seen.put(name, place);
      if (before != null) {
        wrong.add("twice: " + name + " at " + before + " and " + place);
      }
      Place answered = acknowledged.get(name);
      if (answered != null && !answered.equals(place)) {
        wrong.add("elsewhere: " + name + " was answered " + answered + " and lies at " + place);
      }
      String number = lastNumber.put(place.shard(), place.sequenceNumber());
      if (number != null && compare(number, place.sequenceNumber()) >= 0) {
        wrong.add("sequence numbers fall in " + place.shard() + " after " + number);
      }
      Long last = lastOfWriter.put(place.shard() + "/" + name.writer(), name.number());
      if (last != null && last >= name.number()) {
        wrong.add("reordered: " + name + " after number " + last + " in " + place.shard());
      }
    }
    Set<RecordName> lost = new HashSet<>(acknowledged.keySet());
    lost.removeAll(seen.keySet());
    lost.forEach(name -> wrong.add("lost: " + name + " acknowledged " + acknowledged.get(name)));
    return wrong;
  }

  private static int compare(String one, String other) {
    return new java.math.BigInteger(one).compareTo(new java.math.BigInteger(other));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.history;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Identifies a record: the {@code counter}-th that a producer sent with a partition key. The data
 * of a record is its label, padded.
 *
 * @param producer who sent it
 * @param key its partition key
 * @param counter rises with each record of this producer and key, from 1
 */
public record RecordLabel(String producer, String key, long counter) {
  private static final int DATA_BYTES = 100;

  /** The producer of records whose data nobody sent. */
  static final String DAMAGED = "damaged";

  /** Returns the data of the record. */
  public byte[] data() {
    byte[] label = (this + " ").getBytes(StandardCharsets.UTF_8);
    byte[] data = Arrays.copyOf(label, Math.max(DATA_BYTES, label.length));
    for (int i = label.length; i < data.length; i++) {
      data[i] = (byte) (i + counter);
    }
    return data;
  }

  /**
   * Returns the label of a record that was read. Data or a key that no producer sent makes a label
   * that no producer uses.
   */
  public static RecordLabel ofRecord(String key, byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    int end = text.indexOf(' ');
    if (end > 0 && text.substring(0, end).matches("[^/ ]+/[^/ ]+/[0-9]{1,18}")) {
      RecordLabel label = parse(text.substring(0, end));
      if (label.key.equals(key) && Arrays.equals(label.data(), data)) {
        return label;
      }
    }
    String hex = HexFormat.of().formatHex(Arrays.copyOf(data, Math.min(data.length, 16)));
    return new RecordLabel(DAMAGED, hex.isEmpty() ? "empty" : hex, data.length);
  }

  static RecordLabel parse(String text) {
    String[] parts = text.split("/", -1);
    return new RecordLabel(parts[0], parts[1], Long.parseLong(parts[2]));
  }

  @Override
  public String toString() {
    return producer + "/" + key + "/" + counter;
  }
}

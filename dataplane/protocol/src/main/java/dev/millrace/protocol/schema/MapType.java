// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A map from text to text, in the order of the wire. Entries with a null value are dropped. At most
 * one entry more than the map may have is kept.
 */
public final class MapType extends Type<Map<String, String>> {
  private final StringType value;
  private final int maxSize;

  MapType(StringType key, StringType value, int minSize, int maxSize) {
    super(
        List.of(
            Constraint.lengthAtLeast(minSize, Map::size),
            Constraint.lengthAtMost(maxSize, Map::size),
            new Constraint<>(
                "Map keys must satisfy constraint: " + key.constraintSet(),
                map -> map.keySet().stream().allMatch(key::accepts)),
            new Constraint<>(
                "Map value must satisfy constraint: " + value.constraintSet(),
                map -> map.values().stream().allMatch(value::accepts))));
    this.value = value;
    this.maxSize = maxSize;
  }

  @Override
  Map<String, String> read(ValueReader in) throws IOException, MalformedValueException {
    in.startMap();
    Map<String, String> entries = new LinkedHashMap<>();
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      if (entries.size() > maxSize) {
        in.skip();
      } else if (!in.isNull()) {
        entries.put(name, value.read(in));
      }
    }
    return Collections.unmodifiableMap(entries);
  }
}

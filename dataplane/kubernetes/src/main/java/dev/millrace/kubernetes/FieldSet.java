// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A set of fields in the format {@code FieldsV1} of Kubernetes: nested maps whose keys are {@code
 * f:NAME} for a field, {@code k:JSON} for an item of a list map, {@code v:JSON} for an item of a
 * set, and {@code .} for the parent itself. An empty map is a field with all that is in it.
 *
 * @param fields as in {@code metadata.managedFields[].fieldsV1}
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-side
 *     apply</a>
 */
record FieldSet(Map<String, Object> fields) {
  private static final String FIELD = "f:";
  private static final String KEYS = "k:";
  private static final String VALUE = "v:";

  /** The part of a value that consists of these fields, as mutable maps and lists. */
  Object of(Object value) {
    return extract(value, fields);
  }

  private static Object extract(Object value, Map<String, Object> fields) {
    if (fields.isEmpty()) {
      return Json.parse(Json.print(value));
    }
    return switch (value) {
      case Map<?, ?> map -> members(map, fields);
      case List<?> list -> items(list, fields);
      default -> value;
    };
  }

  private static Map<String, Object> members(Map<?, ?> map, Map<String, Object> fields) {
    Map<String, Object> owned = new LinkedHashMap<>();
    fields.forEach(
        (key, within) -> {
          Object member = key.startsWith(FIELD) ? map.get(key.substring(FIELD.length())) : null;
          if (member != null) {
            Object part = extract(member, Json.map(within));
            // Nothing in it is ours, and the API server takes an empty one for null.
            if (!isEmpty(part) || isEmpty(member)) {
              owned.put(key.substring(FIELD.length()), part);
            }
          }
        });
    return owned;
  }

  private static boolean isEmpty(Object value) {
    return value.equals(Map.of()) || value.equals(List.of());
  }

  private static List<Object> items(List<?> list, Map<String, Object> fields) {
    List<Object> owned = new ArrayList<>();
    for (Object item : list) {
      fields.forEach(
          (key, within) -> {
            if (key.startsWith(VALUE) && item.equals(Json.parse(key.substring(VALUE.length())))) {
              owned.add(item);
            } else if (key.startsWith(KEYS) && item instanceof Map<?, ?> map) {
              Map<String, Object> keys = Json.map(Json.parse(key.substring(KEYS.length())));
              if (keys.entrySet().stream()
                  .allMatch(is -> Objects.equals(map.get(is.getKey()), is.getValue()))) {
                Map<String, Object> ownedItem = new LinkedHashMap<>(keys);
                ownedItem.putAll(Json.map(extract(map, Json.map(within))));
                owned.add(ownedItem);
              }
            }
          });
    }
    return owned;
  }

  /** Whether a field, or anything in it, is in the set. */
  boolean contains(FieldPath path) {
    Map<String, Object> at = fields;
    for (String name : path.names()) {
      if (at.get(FIELD + name) == null) {
        return false;
      }
      at = Json.map(at.get(FIELD + name));
      if (at.isEmpty()) {
        return true;
      }
    }
    return path.item().isEmpty() || at.containsKey(VALUE + Json.quoted(path.item().get()));
  }

  /** Both sets together. */
  FieldSet and(FieldSet other) {
    return new FieldSet(union(fields, other.fields));
  }

  /** A field with all that is in it is more than the same field with some of it. */
  private static Map<String, Object> union(Map<String, Object> one, Map<String, Object> other) {
    Map<String, Object> union = new LinkedHashMap<>(one);
    other.forEach(
        (key, within) -> {
          Optional<Map<String, Object>> known = Optional.ofNullable(one.get(key)).map(Json::map);
          union.put(
              key,
              known.isEmpty()
                  ? within
                  : known.get().isEmpty() || Json.map(within).isEmpty()
                      ? Map.of()
                      : union(known.get(), Json.map(within)));
        });
    return union;
  }
}

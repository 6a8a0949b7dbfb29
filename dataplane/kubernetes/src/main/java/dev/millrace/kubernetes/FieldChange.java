// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A change of one field of an object. */
sealed interface FieldChange {
  FieldPath path();

  /** Changes a patch. */
  void applyTo(Map<String, Object> patch);

  /** Sets a field. The API server refuses it if another manager owns the field. */
  record Put(FieldPath path, Object value) implements FieldChange {
    @Override
    public void applyTo(Map<String, Object> patch) {
      parent(patch, path).put(path.names().getLast(), value);
    }
  }

  /** Adds an item to a set. */
  record AddItem(FieldPath path) implements FieldChange {
    @Override
    public void applyTo(Map<String, Object> patch) {
      List<Object> items = items(parent(patch, path).get(path.names().getLast()));
      items.add(path.item().orElseThrow());
      parent(patch, path).put(path.names().getLast(), items);
    }
  }

  /**
   * Removes a field, or an item of a set. What another manager owns would silently stay, so whoever
   * patches must look for owners first.
   */
  record Remove(FieldPath path) implements FieldChange {
    @Override
    public void applyTo(Map<String, Object> patch) {
      Map<String, Object> parent = parent(patch, path);
      List<Object> left = items(parent.remove(path.names().getLast()));
      path.item().ifPresent(left::remove);
      if (path.item().isPresent() && !left.isEmpty()) {
        parent.put(path.names().getLast(), left);
      }
      removeIfEmpty(patch, path.names().subList(0, path.names().size() - 1));
    }

    /** The API server takes an empty map or list in an apply for null. */
    private static void removeIfEmpty(Map<String, Object> patch, List<String> names) {
      FieldPath path = new FieldPath(names, Optional.empty());
      if (Map.of().equals(parent(patch, path).get(names.getLast()))) {
        parent(patch, path).remove(names.getLast());
      }
    }
  }

  /** Stops owning a field: it is removed, or stays if another manager owns it. */
  record Release(FieldPath path) implements FieldChange {
    @Override
    public void applyTo(Map<String, Object> patch) {
      parent(patch, path).remove(path.names().getLast());
    }
  }

  private static Map<String, Object> parent(Map<String, Object> patch, FieldPath path) {
    Map<String, Object> at = patch;
    for (String name : path.names().subList(0, path.names().size() - 1)) {
      at = Json.map(at.computeIfAbsent(name, absent -> new LinkedHashMap<String, Object>()));
    }
    return at;
  }

  private static List<Object> items(@Nullable Object list) {
    return list instanceof List<?> items ? new ArrayList<>(items) : new ArrayList<>();
  }
}

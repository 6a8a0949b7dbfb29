// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object of the API server as JSON, with the owners of its fields. Reading it through our types
 * would lose the fields of a newer version, and a patch without them would remove them.
 *
 * @param json the object
 */
record ManagedObject(Map<String, Object> json) {
  /** Under this name all changes are written that come through the Kinesis API. */
  static final String FIELD_MANAGER = "millrace-api";

  private static final String APPLY = "Apply";
  private static final String UPDATE = "Update";

  static ManagedObject parse(String json) {
    return new ManagedObject(Json.map(Json.parse(json)));
  }

  private Map<String, Object> metadata() {
    return Json.map(json.get("metadata"));
  }

  private String metadata(String field) {
    return String.valueOf(metadata().get(field));
  }

  String uid() {
    return metadata("uid");
  }

  String resourceVersion() {
    return metadata("resourceVersion");
  }

  private List<Map<String, Object>> entries() {
    return metadata().get("managedFields") instanceof List<?> list
        ? list.stream().map(Json::map).toList()
        : List.of();
  }

  private static boolean isOurs(Map<String, Object> entry, String operation) {
    return FIELD_MANAGER.equals(entry.get("manager"))
        && operation.equals(entry.get("operation"))
        && !entry.containsKey("subresource");
  }

  private static FieldSet fields(Map<String, Object> entry) {
    return new FieldSet(Json.map(entry.get("fieldsV1")));
  }

  /**
   * The patch that changes nothing: the fields that this manager has applied, with their present
   * values. It applies to this version of this object only.
   */
  Map<String, Object> ownPatch() {
    FieldSet own =
        entries().stream()
            .filter(entry -> isOurs(entry, APPLY))
            .map(ManagedObject::fields)
            .reduce(FieldSet::and)
            .orElse(new FieldSet(Map.of("f:spec", Map.of(".", Map.of()))));
    Map<String, Object> patch = Json.map(own.of(json));
    patch.put("apiVersion", json.get("apiVersion"));
    patch.put("kind", json.get("kind"));
    Map<String, Object> metadata = new LinkedHashMap<>(Json.map(patch.get("metadata")));
    metadata.put("name", metadata("name"));
    metadata.put("uid", uid());
    metadata.put("resourceVersion", resourceVersion());
    patch.put("metadata", metadata);
    return patch;
  }

  /** The others who own a field, or anything in it. */
  List<String> otherOwners(FieldPath path) {
    return entries().stream()
        .filter(entry -> !isOurs(entry, APPLY))
        .filter(entry -> fields(entry).contains(path))
        .map(entry -> String.valueOf(entry.get("manager")))
        .distinct()
        .toList();
  }

  /**
   * The JSON patch that turns what this manager has created into what it has applied. The API
   * server takes the two for different owners, and an apply would conflict with our own creation.
   * It is what client-go's {@code csaupgrade} does.
   *
   * @return empty if there is nothing to turn
   */
  Optional<String> adoption() {
    if (entries().stream().noneMatch(entry -> isOurs(entry, UPDATE))) {
      return Optional.empty();
    }
    List<Map<String, Object>> next = new ArrayList<>();
    Map<String, Object> applied = new LinkedHashMap<>();
    FieldSet fields = new FieldSet(Map.of());
    for (Map<String, Object> entry : entries()) {
      if (isOurs(entry, UPDATE) || isOurs(entry, APPLY)) {
        applied.putAll(entry);
        fields = fields.and(fields(entry));
      } else {
        next.add(entry);
      }
    }
    applied.put("operation", APPLY);
    applied.put("fieldsV1", fields.fields());
    next.add(applied);
    return Optional.of(
        Json.print(
            List.of(
                Map.of("op", "replace", "path", "/metadata/managedFields", "value", next),
                Map.of(
                    "op",
                    "replace",
                    "path",
                    "/metadata/resourceVersion",
                    "value",
                    resourceVersion()))));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes custom resource definitions as a page for people. */
final class CrdReference {
  private static final String HEAD =
      """
      # Custom resources

      The custom resources of API group `millrace.dev`, version `v1alpha1`, all of them namespaced. Generated from
      the Java types in `crds` by `make crds`; do not edit it. `kubectl explain kinesisstream.spec` shows the same.
      """;

  private CrdReference() {}

  /**
   * A field of a definition.
   *
   * @param path from spec or status on, with dots; {@code []} stands for the items of a list
   */
  record Field(String path, String type, String values, String description) {}

  static String of(List<JsonNode> definitions) {
    StringBuilder page = new StringBuilder(HEAD);
    definitions.forEach(definition -> write(definition, page));
    return page.toString();
  }

  private static void write(JsonNode definition, StringBuilder page) {
    JsonNode names = definition.at("/spec/names");
    page.append("\n## ").append(names.path("kind").asText()).append("\n\n");
    page.append("`kubectl get ").append(names.path("plural").asText()).append('`');
    names
        .path("shortNames")
        .forEach(name -> page.append(" or `kubectl get ").append(name.asText()).append('`'));
    page.append(". ").append(schema(definition).path("description").asText()).append('\n');
    List<Field> fields = fields(definition);
    table("spec", fields, page);
    rules(schema(definition).at("/properties/spec/x-kubernetes-validations"), page);
    table("status", fields, page);
  }

  private static JsonNode schema(JsonNode definition) {
    return definition.at("/spec/versions/0/schema/openAPIV3Schema");
  }

  /** All fields of spec and status, in alphabetical order, parents before children. */
  static List<Field> fields(JsonNode definition) {
    List<Field> fields = new ArrayList<>();
    JsonNode properties = schema(definition).path("properties");
    for (String part : List.of("spec", "status")) {
      collect(part, properties.path(part), fields);
    }
    return fields;
  }

  private static void collect(String path, JsonNode schema, List<Field> fields) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      JsonNode child = property.getValue();
      String childPath = path + "." + property.getKey();
      boolean required = false;
      for (JsonNode name : schema.path("required")) {
        required |= name.asText().equals(property.getKey());
      }
      fields.add(
          new Field(
              childPath, type(child), values(child, required), child.path("description").asText()));
      collect(childPath, child, fields);
      collect(childPath + "[]", child.path("items"), fields);
    }
  }

  private static String type(JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return "quantity";
    }
    if (schema.has("additionalProperties")) {
      return "map of " + type(schema.path("additionalProperties"));
    }
    return schema.has("items")
        ? "list of " + type(schema.path("items"))
        : schema.path("type").asText();
  }

  private static String values(JsonNode schema, boolean required) {
    List<String> values = new ArrayList<>();
    if (required) {
      values.add("required");
    }
    if (schema.has("enum")) {
      List<String> names = new ArrayList<>();
      schema.path("enum").forEach(value -> names.add("`" + value.asText() + "`"));
      values.add(String.join(", ", names));
    }
    if (schema.has("minimum")) {
      long least = schema.path("minimum").asLong();
      long most = schema.path("maximum").asLong();
      values.add(least == most ? Long.toString(least) : least + " to " + most);
    }
    if (schema.has("minLength")) {
      values.add(
          "%d to %d characters"
              .formatted(schema.path("minLength").asInt(), schema.path("maxLength").asInt()));
    }
    if (schema.has("pattern")) {
      values.add("`" + schema.path("pattern").asText() + "`");
    }
    if (schema.has("default")) {
      values.add("default `" + schema.path("default").asText() + "`");
    }
    return String.join("; ", values);
  }

  private static void table(String part, List<Field> fields, StringBuilder page) {
    page.append("\n### ").append(part).append("\n\n");
    page.append("| field | type | values | meaning |\n|---|---|---|---|\n");
    for (Field field : fields) {
      if (field.path().startsWith(part + ".")) {
        page.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    field.path().substring(part.length() + 1),
                    field.type(),
                    field.values().replace("|", "\\|"),
                    field.description().replace("|", "\\|")));
      }
    }
  }

  private static void rules(JsonNode rules, StringBuilder page) {
    if (rules.isEmpty()) {
      return;
    }
    page.append("\nRules that the API server checks:\n\n");
    rules.forEach(rule -> page.append("- ").append(rule.path("message").asText()).append('\n'));
  }
}

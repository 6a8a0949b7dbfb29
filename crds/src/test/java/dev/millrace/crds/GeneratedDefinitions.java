// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The custom resource definitions as the Java types say them. */
final class GeneratedDefinitions {
  static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .build());

  /** Columns in the order that a reader wants; the generator sorts them by path. */
  private static final List<String> COLUMNS =
      List.of(
          "Stream",
          "Stream-Id",
          "Replicas",
          "Consumer",
          "Shards",
          "Open",
          "Phase",
          "Parents",
          "Leader",
          "In-Step",
          "Status",
          "Subscriptions",
          "Lag-Millis",
          "Secret",
          "Key",
          "Ready",
          "Reason",
          "Resharding",
          "Shard-Set",
          "Group",
          "Address",
          "Retention",
          "Endpoint",
          "Direct",
          "Starting-Hash-Key",
          "Ending-Hash-Key",
          "ARN",
          "Role",
          "Message",
          "Age");

  /** The Java types. */
  private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(
          KinesisStream.class,
          Shard.class,
          StreamConsumer.class,
          StreamStorage.class,
          StreamUser.class);

  private GeneratedDefinitions() {}

  /**
   * Generates all definitions.
   *
   * @param folder an empty one, for the generator's files
   * @return by {@code metadata.name}
   */
  static SortedMap<String, JsonNode> generate(Path folder) throws IOException {
    new CRDGenerator()
        .customResourceClasses(
            KinesisStream.class,
            Shard.class,
            StreamConsumer.class,
            StreamStorage.class,
            StreamUser.class)
        .inOutputDir(folder.toFile())
        .detailedGenerate();
    SortedMap<String, JsonNode> definitions = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        JsonNode definition = completed(YAML.readTree(file.toFile()));
        definitions.put(definition.at("/metadata/name").asText(), definition);
      }
    }
    return definitions;
  }

  private static JsonNode completed(JsonNode definition) {
    for (JsonNode version : definition.at("/spec/versions")) {
      sortColumns((ObjectNode) version);
      ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
      markListMaps(schema);
      markOwnership(schema);
      schema.putArray("required").add("spec");
      schema.put("description", description(definition.at("/spec/names/kind").asText()));
    }
    return definition;
  }

  /** The generator leaves descriptions of classes out. */
  private static String description(String kind) {
    return KINDS.stream()
        .filter(type -> type.getSimpleName().equals(kind))
        .map(type -> type.getAnnotation(JsonClassDescription.class).value())
        .findFirst()
        .orElseThrow();
  }

  private static void sortColumns(ObjectNode version) {
    List<JsonNode> columns = new ArrayList<>();
    for (JsonNode column : version.path("additionalPrinterColumns")) {
      if (!COLUMNS.contains(column.path("name").asText())) {
        throw new IllegalStateException("no place for column " + column);
      }
      columns.add(column);
    }
    columns.sort(
        (a, b) ->
            Integer.compare(
                COLUMNS.indexOf(a.path("name").asText()),
                COLUMNS.indexOf(b.path("name").asText())));
    version.withArrayProperty("additionalPrinterColumns").removeAll().addAll(columns);
  }

  /** Conditions are a map by type, so that several managers may each own theirs. */
  private static void markListMaps(JsonNode schema) {
    if (schema.at("/properties/status/properties/conditions") instanceof ObjectNode list) {
      list.put("x-kubernetes-list-type", "map");
      ArrayNode keys = list.putArray("x-kubernetes-list-map-keys");
      keys.add("type");
    }
  }

  /**
   * How far the fields of a stream's spec may have different owners. Tags and shard-level metrics:
   * each entry, so that Git and AddTagsToStream or EnableEnhancedMonitoring can both have theirs. A
   * reshardRequest and an encryption: only the whole, since the parts make no sense without each
   * other.
   */
  private static void markOwnership(JsonNode schema) {
    if (schema.at("/properties/spec/properties/shardCount").isMissingNode()) {
      return;
    }
    spec(schema, "tags").put("x-kubernetes-map-type", "granular");
    spec(schema, "desiredShardLevelMetrics").put("x-kubernetes-list-type", "set");
    spec(schema, "reshardRequest").put("x-kubernetes-map-type", "atomic");
    spec(schema, "streamEncryption").put("x-kubernetes-map-type", "atomic");
  }

  private static ObjectNode spec(JsonNode schema, String field) {
    return (ObjectNode) schema.at("/properties/spec/properties/" + field);
  }
}

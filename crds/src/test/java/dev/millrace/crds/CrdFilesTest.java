package dev.millrace.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed YAML is what the Java types say; {@code make crds} writes it. */
class CrdFilesTest {
  private static final Path COMMITTED = Path.of("yaml");
  private static final boolean WRITE = Boolean.getBoolean("millrace.crds.write");

  /** Columns as a reader wants them; the generator sorts them by path. */
  private static final List<String> COLUMNS =
      List.of(
          "Stream",
          "Consumer",
          "Shards",
          "Open",
          "Phase",
          "Status",
          "Ready",
          "Reason",
          "Shard-Set",
          "Address",
          "Retention",
          "Endpoint",
          "Starting-Hash-Key",
          "Ending-Hash-Key",
          "Message",
          "Age");

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .build());

  @TempDir private Path generated;

  @Test
  void theCommittedYamlIsWhatTheTypesSay() throws IOException {
    new CRDGenerator()
        .customResourceClasses(KinesisStream.class, Shard.class, StreamConsumer.class)
        .inOutputDir(generated.toFile())
        .detailedGenerate();
    Set<String> names = new HashSet<>();
    try (Stream<Path> files = Files.list(generated)) {
      for (Path file : files.toList()) {
        JsonNode crd = settled(YAML.readTree(file.toFile()));
        String name = crd.at("/metadata/name").asText() + ".yaml";
        names.add(name);
        if (WRITE) {
          YAML.writeValue(COMMITTED.resolve(name).toFile(), crd);
        }
        assertThat(YAML.readTree(COMMITTED.resolve(name).toFile()))
            .as("%s differs from the Java types: run `make crds` and commit", name)
            .isEqualTo(YAML.readTree(YAML.writeValueAsString(crd)));
      }
    }
    try (Stream<Path> files = Files.list(COMMITTED)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  /** Server-side apply of a definition with a rule that stands twice is refused. */
  @Test
  void noValidationRuleStandsTwice() throws IOException {
    try (Stream<Path> files = Files.list(COMMITTED)) {
      for (Path file : files.toList()) {
        for (JsonNode rules : YAML.readTree(file.toFile()).findValues("x-kubernetes-validations")) {
          assertThat(rules).doesNotHaveDuplicates().isNotEmpty();
        }
      }
    }
  }

  private static JsonNode settled(JsonNode crd) {
    for (JsonNode version : crd.at("/spec/versions")) {
      order((ObjectNode) version);
      ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
      listMaps(schema);
      schema.putArray("required").add("spec");
    }
    return crd;
  }

  private static void order(ObjectNode version) {
    List<JsonNode> columns = new ArrayList<>();
    version.path("additionalPrinterColumns").forEach(columns::add);
    columns.sort(
        (a, b) ->
            Integer.compare(
                COLUMNS.indexOf(a.path("name").asText()),
                COLUMNS.indexOf(b.path("name").asText())));
    assertThat(columns).allMatch(column -> COLUMNS.contains(column.path("name").asText()));
    version.withArrayProperty("additionalPrinterColumns").removeAll().addAll(columns);
  }

  /** Conditions are a map by type, so that several managers may each own theirs. */
  private static void listMaps(JsonNode schema) {
    JsonNode conditions = schema.at("/properties/status/properties/conditions");
    if (conditions instanceof ObjectNode list) {
      list.put("x-kubernetes-list-type", "map");
      ArrayNode keys = list.putArray("x-kubernetes-list-map-keys");
      keys.add("type");
    }
  }
}

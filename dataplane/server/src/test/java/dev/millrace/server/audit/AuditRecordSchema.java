// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The schema of an audit record, and lines of an audit that were checked against it. */
public final class AuditRecordSchema {
  private static final JsonSchema SCHEMA = load();

  private AuditRecordSchema() {}

  private static JsonSchema load() {
    try (InputStream in =
        AuditRecordSchema.class.getResourceAsStream("/cloudtrail-record.schema.json")) {
      return JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The records of a file: ASCII, one a line, each as the schema has it. */
  public static List<JsonObject> records(Path file) throws IOException {
    return records(Files.readAllBytes(file));
  }

  static List<JsonObject> records(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.US_ASCII);
    assertThat(text).matches("(?s)([ -~]+\n)*");
    return Arrays.stream(text.split("\n", -1))
        .filter(line -> !line.isEmpty())
        .map(AuditRecordSchema::record)
        .toList();
  }

  private static JsonObject record(String line) {
    assertThat(SCHEMA.validate(line, InputFormat.JSON)).as(line).isEmpty();
    return new JsonObject(line);
  }
}

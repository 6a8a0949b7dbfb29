// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.role.TestingStandalone.HttpAnswer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The name of a stream is a name, and nowhere a path, a pattern or a part of a line. */
class HostileNamesTest {
  @TempDir private Path folder;
  private TestingStandalone millrace;

  @BeforeEach
  void start() throws Exception {
    millrace = new TestingStandalone(folder.resolve("data"));
  }

  @AfterEach
  void stop() throws Exception {
    millrace.close();
  }

  private HttpAnswer create(String name) throws Exception {
    return millrace.call(
        "CreateStream", new JsonObject().put("StreamName", name).put("ShardCount", 1).encode());
  }

  private Set<String> outside() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !file.startsWith(folder.resolve("data")))
          .map(Path::toString)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void whatIsNoNameIsRefusedByItsPattern() throws Exception {
    Set<String> before = outside();
    for (String name :
        List.of(
            "../x",
            "/etc/x",
            "a/b",
            "a\\b",
            "%2e%2e%2fx",
            "a\u0000b",
            "a b",
            "a\n",
            "ä",
            "\u202e",
            "a:b",
            "a*",
            "$(x)",
            "a\u2024b",
            "\ud83d\ude00",
            "a".repeat(129))) {
      HttpAnswer answer = create(name);
      assertThat(answer.status()).as(name).isEqualTo(400);
      assertThat(answer.error()).as(name).startsWith("ValidationException: ");
    }
    assertThat(outside()).isEqualTo(before);
    assertThat(millrace.ok("ListStreams", "{}").getJsonArray("StreamNames")).isEmpty();
  }

  /** Names that the service allows and that a path, a file system or a host name would not. */
  @Test
  void namesThatAPathWouldReadOtherwiseAreStreamsOfTheirOwn() throws Exception {
    Set<String> before = outside();
    List<String> names =
        List.of(
            "..",
            ".",
            "...",
            "-",
            "-rf",
            "_",
            "Orders",
            "orders",
            "ORDERS",
            "a.b",
            "a-b",
            "a_b",
            "CON",
            "lock",
            "LOCK",
            "CURRENT",
            "default",
            "a".repeat(128));
    for (String name : names) {
      assertThat(create(name).status()).as(name).isEqualTo(200);
    }
    for (String name : names) {
      millrace.ok(
          "PutRecord",
          "{'StreamName':'%s','PartitionKey':'k','Data':'%s'}",
          name,
          TestingStandalone.base64("of " + name));
    }
    for (String name : names) {
      JsonObject only =
          millrace.records(millrace.iterator(name, 0, "'TRIM_HORIZON'")).getJsonObject(0);
      assertThat(new String(only.getBinary("Data"), UTF_8)).isEqualTo("of " + name);
    }
    for (String name : names) {
      millrace.ok("DeleteStream", "{'StreamName':'%s'}", name);
    }
    assertThat(outside()).isEqualTo(before);
  }

  /** An ARN with a path in it names no stream. */
  @Test
  void anArnIsOneName() throws Exception {
    assertThat(create("orders").status()).isEqualTo(200);
    for (String resource :
        List.of("stream/../stream/orders", "stream//orders", "stream/orders/", "stream/orders/x")) {
      String arn = "arn:aws:kinesis:us-east-1:000000000000:" + resource;
      assertThat(millrace.refused("DescribeStreamSummary", "{'StreamARN':'%s'}", arn))
          .as(arn)
          .matches(
              "(?s)(ValidationException|ResourceNotFoundException|InvalidArgumentException): .*");
    }
  }
}

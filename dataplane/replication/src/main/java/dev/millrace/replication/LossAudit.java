// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.command.LogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A line of the file that says which losses were accepted on a disk. Lines are only ever added, one
 * JSON object each, before anything is changed: an order that was repeated has several.
 *
 * @param at when it was ordered
 * @param disk that goes on
 * @param members before
 * @param lost those of them whose disks are gone
 * @param term that the member was in
 * @param last the end of its log
 * @param request what the person said
 */
record LossAudit(
    Instant at,
    UUID group,
    UUID disk,
    Collection<UUID> members,
    Collection<UUID> lost,
    long term,
    LogPosition last,
    String request) {
  /** The name of the file, in the data folder. */
  static final String FILE = "accepted-losses.jsonl";

  /** Adds the line. Durable when it returns. */
  void append(Path dataFolder) throws IOException {
    DurableFiles.append(dataFolder.resolve(FILE), UTF_8.encode(line()));
  }

  private String line() {
    return "{\"time\":\"%s\",\"group\":\"%s\",\"disk\":\"%s\",\"members\":[%s],\"lost\":[%s],\"term\":%d,\"lastTerm\":%d,\"lastIndex\":%d,\"request\":\"%s\"}\n"
        .formatted(
            at,
            group,
            disk,
            listed(members),
            listed(lost),
            term,
            last.term(),
            last.index(),
            escaped(request));
  }

  private static String listed(Collection<UUID> ids) {
    return ids.stream().sorted().map("\"%s\""::formatted).collect(Collectors.joining(","));
  }

  /** For JSON: whoever wrote the text may have put anything in it. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\' || c < ' ') {
                escaped.append("\\u%04x".formatted(c));
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }
}

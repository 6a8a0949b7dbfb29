// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Answer;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.stream.StreamDefinition;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/** Shared by the actions that enable and disable enhanced monitoring. */
final class ShardLevelMetrics {
  private static final String ALL = "ALL";
  private static final Set<String> NAMES =
      Set.of(
          "IncomingBytes",
          "IncomingRecords",
          "OutgoingBytes",
          "OutgoingRecords",
          "WriteProvisionedThroughputExceeded",
          "ReadProvisionedThroughputExceeded",
          "IteratorAgeMilliseconds");

  private ShardLevelMetrics() {}

  /** The metrics that a request names; ALL means every metric. */
  static Set<String> named(List<String> names) {
    return names.contains(ALL) ? NAMES : Set.copyOf(names);
  }

  /** The change, with an answer that contains the metrics before and after it. */
  static Edit edit(StreamLookup streams, StreamDefinition stream, SortedSet<String> after) {
    SortedSet<String> before = stream.settings().shardLevelMetrics();
    return new Edit(
        stream.withSettings(stream.settings().withShardLevelMetrics(after)),
        new Answer.Success(
            512,
            out -> {
              out.text("StreamName", stream.name().text());
              out.startList("CurrentShardLevelMetrics");
              before.forEach(out::text);
              out.end();
              out.startList("DesiredShardLevelMetrics");
              after.forEach(out::text);
              out.end();
              out.text("StreamARN", streams.arn(stream.name()));
            }));
  }
}

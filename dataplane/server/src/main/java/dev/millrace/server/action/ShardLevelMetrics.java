package dev.millrace.server.action;

import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.server.action.StreamEditor.Edit;
import dev.millrace.server.routing.StreamLookup;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/** What enabling and disabling enhanced monitoring share. */
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

  /** The metrics that a request names; ALL is every one. */
  static Set<String> named(List<String> names) {
    return names.contains(ALL) ? NAMES : Set.copyOf(names);
  }

  /** The change, answered with the metrics before and after it. */
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

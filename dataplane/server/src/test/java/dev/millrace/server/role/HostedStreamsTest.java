// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.server.rpc.AdminResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostedStreamsTest {
  @TempDir private Path folder;

  private final StreamDefinition stream =
      StreamDefinition.creating(
              new StreamName("orders"),
              new StreamId(9),
              1_700_000_000L,
              StreamSettings.of(StreamMode.PROVISIONED),
              2)
          .withStatus(StreamStatus.ACTIVE);

  private void publish(StreamPublication publication) throws IOException {
    assertThat(new HostedStreams(folder).publish(publication))
        .isEqualTo(new AdminResult.Accomplished());
  }

  private String stored() throws IOException {
    return Files.readString(folder.resolve("publication-%s.json".formatted(stream.id())));
  }

  @Test
  void theGroupOfAShardIsReadAgainFromTheDisk() throws IOException {
    publish(
        TestingShardPod.publication(
            stream, "1", List.of("a:4569", "b:4569"), shard -> shard.id().index()));
    assertThat(new HostedStreams(folder).routes(new ShardRef(stream.id(), new ShardId(0))))
        .containsExactly("a:4569", "b:4569");
    assertThat(new HostedStreams(folder).routes(new ShardRef(stream.id(), new ShardId(1))))
        .containsExactly("a:4571", "b:4571");
    assertThat(stored()).containsOnlyOnce("\"group\"");
  }

  /** An earlier build may reject a field that it does not know. */
  @Test
  void aStreamOfOneGroupIsStoredAsEarlierBuildsReadIt() throws IOException {
    publish(TestingShardPod.publication(stream, "1", List.of("a:4569"), shard -> 0));
    assertThat(stored()).contains("shardId-000000000001").doesNotContain("group");
  }
}

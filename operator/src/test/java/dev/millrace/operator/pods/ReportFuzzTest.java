// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.report.PodReport;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Reports of pods, of which one may lie: a report is whole, or there is none. */
final class ReportFuzzTest extends DecoderFuzz {
  @Override
  protected List<byte[]> seeds() {
    return utf8(
        """
        {"disk":"d","group":"g","leads":true,"term":3,"logEnd":{"term":3,"index":77},
         "followers":[{"disk":"e","behind":0,"silentMillis":3}],"members":["d","e"],"hasRoom":true,
         "assignment":{"streams":[{"streamId":"0123456789abcdef","retentionPeriodHours":24,"limits":"aws","shards":[]}]},
         "publications":[{"streamId":"0123456789abcdef","version":"v","generation":1,"digest":"d"}],
         "shards":[{"streamId":"0123456789abcdef","shardId":"shardId-000000000000","nextPosition":5,"creationSecond":1,"closeSecond":null,"empty":false}],
         "subscriptions":[{"streamId":"0123456789abcdef","shardId":"shardId-000000000000","consumer":"c","consumerCreationSecond":5,"active":true,"lagMillis":7}]}""");
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "null",
        "[null]",
        "{}",
        "[]",
        "-1",
        "1e400",
        "\"\"",
        "{",
        "[",
        "]",
        "}",
        ",",
        "\"disk\":null,",
        "true");
  }

  @Override
  protected void decode(byte[] input) throws IOException {
    PodReport report;
    try {
      report = HttpShardPods.read(input);
    } catch (IOException e) {
      // Jackson's are of many classes.
      throw new IOException(e.getMessage(), e);
    }
    report.follower("e");
    report.publication("0123456789abcdef");
    report.assigned("0123456789abcdef");
    report.shards().forEach(shard -> assertThat(shard.streamId()).isNotNull());
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(IOException.class);
  }

  /** The trees of an object mapper, and messages that quote the input. */
  @Override
  protected int bytesPerByte() {
    return 1_024;
  }
}

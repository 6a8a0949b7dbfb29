// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.leader.TestingShards;
import dev.millrace.leader.control.LogCatalogue;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An account cannot exceed its limits, and errors state them. */
class AccountQuotaTest {
  private final TestingShards shards = new TestingShards();
  private final LogCatalogue catalogue = new LogCatalogue(shards, shards::streams);
  private final StreamLookup streams = new StreamLookup(catalogue, "us-east-1", "000000000000");

  private AccountQuota quota(boolean rated) {
    return new AccountQuota(streams, 10, 12, rated);
  }

  private void create(String name, StreamMode mode, int shardCount, StreamStatus status) {
    StreamName is = new StreamName(name);
    catalogue
        .replace(
            is,
            0,
            Optional.of(
                StreamDefinition.creating(
                        is, new StreamId(name.hashCode()), 1, StreamSettings.of(mode), shardCount)
                    .withStatus(status)))
        .toCompletableFuture()
        .join();
  }

  private static String told(dev.millrace.core.error.Checked<String> checked) {
    return checked.fold(good -> good, error -> error.name() + ": " + error.message());
  }

  @Test
  void openShardsOfProvisionedStreamsAreCountedTogether() {
    create("a", StreamMode.PROVISIONED, 4, StreamStatus.ACTIVE);
    create("b", StreamMode.PROVISIONED, 3, StreamStatus.ACTIVE);
    create("c", StreamMode.ON_DEMAND, 4, StreamStatus.ACTIVE);
    assertThat(told(quota(false).checkAccount(3, "good"))).isEqualTo("good");
    assertThat(told(quota(false).checkAccount(4, "good")))
        .startsWith(
            "LIMIT_EXCEEDED: This request would exceed the shard limit for the account 000000000000"
                + " in us-east-1. Current shard count for the account: 7. Limit: 10. Number of"
                + " additional shards that would have resulted from this request: 4.");
  }

  @Test
  void noMoreShardsAreCreatedThanTheStoreCanHold() {
    create("a", StreamMode.PROVISIONED, 4, StreamStatus.ACTIVE);
    create("b", StreamMode.ON_DEMAND, 4, StreamStatus.ACTIVE);
    assertThat(told(quota(false).checkCapacity(4, "good"))).isEqualTo("good");
    assertThat(told(quota(false).checkCapacity(5, "good")))
        .isEqualTo(
            "LIMIT_EXCEEDED: This process can store at most 12 shards, as follows from its limits"
                + " on open files and memory. It stores 8, closed ones included; the request would"
                + " add 5.");
  }

  @Test
  void fiftyStreamsAreInOnDemandMode() {
    for (int i = 0; i < 50; i++) {
      assertThat(told(quota(false).checkOnDemand("good"))).isEqualTo("good");
      create("d" + i, StreamMode.ON_DEMAND, 4, StreamStatus.ACTIVE);
    }
    assertThat(told(quota(false).checkOnDemand("good")))
        .isEqualTo(
            "LIMIT_EXCEEDED: This request would exceed the limit of 50 on-demand streams for the"
                + " account 000000000000 in us-east-1.");
  }

  @Test
  void fiveStreamsAreMadeOrDeletedAtATimeWhereCallsAreRated() {
    for (int i = 0; i < 5; i++) {
      assertThat(told(quota(true).checkChanging("good"))).isEqualTo("good");
      create(
          "s" + i,
          StreamMode.PROVISIONED,
          1,
          i % 2 == 0 ? StreamStatus.CREATING : StreamStatus.DELETING);
    }
    assertThat(told(quota(true).checkChanging("good")))
        .isEqualTo(
            "LIMIT_EXCEEDED: This request would have exceed the limit on the number of streams that"
                + " can simultaneously be in CREATING or DELETING. Limit: 5");
    assertThat(told(quota(false).checkChanging("good"))).isEqualTo("good");
  }
}

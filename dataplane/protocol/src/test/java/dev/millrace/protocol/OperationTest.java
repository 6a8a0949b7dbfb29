// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Every operation of the service model is known by its exact name, and no other. */
class OperationTest {
  private static final String MODEL =
      """
      AcknowledgeDeadLetterQueueRecords AcknowledgeQueueRecords AddTagsToStream CreateChannel
      CreateQueue CreateStream DecreaseStreamRetentionPeriod DeleteChannel DeleteQueue
      DeleteResourcePolicy DeleteStream DeregisterStreamConsumer DescribeAccountSettings
      DescribeChannel DescribeLimits DescribeQueue DescribeStream DescribeStreamConsumer
      DescribeStreamSummary DisableEnhancedMonitoring EnableEnhancedMonitoring GetRecords
      GetResourcePolicy GetShardIterator IncreaseStreamRetentionPeriod ListChannels ListQueues
      ListShards ListStreamConsumers ListStreams ListTagsForResource ListTagsForStream
      MergeShards PutRecord PutRecords PutResourcePolicy ReceiveDeadLetterQueueRecords
      ReceiveQueueRecords RegisterStreamConsumer RemoveTagsFromStream
      RestoreDeadLetterQueueRecords SplitShard StartStreamEncryption StopStreamEncryption
      SubscribeToShard TagResource UntagResource UpdateAccountSettings UpdateChannel
      UpdateDeadLetterQueueRecordsVisibility UpdateMaxRecordSize UpdateQueue
      UpdateQueueRecordsVisibility UpdateShardCount UpdateStreamMode
      UpdateStreamRecordDistributionStrategy UpdateStreamWarmThroughput
      """;

  @Test
  void namesAreThoseOfTheModel() {
    assertThat(Arrays.stream(Operation.values()).map(Operation::text))
        .containsExactlyInAnyOrder(MODEL.strip().split("\\s+", -1));
    assertThat(Operation.values()).hasSize(57);
  }

  @Test
  void namesAreFoundExactly() {
    for (Operation operation : Operation.values()) {
      assertThat(Operation.named(operation.text())).contains(operation);
    }
    assertThat(Operation.named("putRecord")).isEmpty();
    assertThat(Operation.named("ListStream")).isEmpty();
    assertThat(Operation.named("")).isEmpty();
  }
}

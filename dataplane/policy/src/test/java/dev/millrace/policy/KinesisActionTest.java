// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Operation;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Every operation of the API is an action with its types of resource. */
class KinesisActionTest {
  @Test
  void everyOperationIsAnAction() {
    assertThat(Arrays.stream(KinesisAction.values()).map(KinesisAction::operation))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Operation.values()).map(Operation::text).toList());
  }

  @Test
  void actionsAreFoundByOperation() {
    assertThat(KinesisAction.ofOperation("PutRecords")).contains(KinesisAction.PUT_RECORDS);
    assertThat(KinesisAction.ofOperation("putRecords")).isEmpty();
    assertThat(KinesisAction.PUT_RECORDS.action()).hasToString("kinesis:PutRecords");
  }

  @Test
  void whatActionsAreCheckedOn() {
    assertThat(KinesisAction.PUT_RECORD.resourceTypes()).containsExactly(ResourceType.STREAM);
    assertThat(KinesisAction.REGISTER_STREAM_CONSUMER.resourceTypes())
        .containsExactly(ResourceType.STREAM);
    assertThat(KinesisAction.SUBSCRIBE_TO_SHARD.resourceTypes())
        .containsExactly(ResourceType.CONSUMER);
    assertThat(KinesisAction.PUT_RESOURCE_POLICY.resourceTypes())
        .containsExactly(ResourceType.STREAM, ResourceType.CONSUMER);
    assertThat(
            Arrays.stream(KinesisAction.values())
                .filter(action -> action.resourceTypes().isEmpty())
                .map(KinesisAction::operation))
        .containsExactlyInAnyOrder(
            "DescribeAccountSettings",
            "DescribeLimits",
            "ListChannels",
            "ListQueues",
            "ListStreams",
            "UpdateAccountSettings");
  }

  @Test
  void tagsOnCreationNeedAnotherAction() {
    assertThat(KinesisAction.CREATE_STREAM.ifTagged()).contains(KinesisAction.ADD_TAGS_TO_STREAM);
    assertThat(KinesisAction.REGISTER_STREAM_CONSUMER.ifTagged())
        .contains(KinesisAction.TAG_RESOURCE);
    assertThat(KinesisAction.TAG_RESOURCE.ifTagged()).isEmpty();
  }

  @Test
  void typesOfResources() {
    assertThat(ResourceType.ofArn("arn:aws:kinesis:eu-west-1:111111111111:stream/orders"))
        .contains(ResourceType.STREAM);
    assertThat(
            ResourceType.ofArn(
                "arn:aws:kinesis:eu-west-1:111111111111:stream/orders/consumer/app:1700000000"))
        .contains(ResourceType.CONSUMER);
    assertThat(ResourceType.ofArn("arn:aws:kinesis:eu-west-1:111111111111:channel/abc"))
        .contains(ResourceType.CHANNEL);
    assertThat(ResourceType.ofArn("arn:aws:kinesis:eu-west-1:111111111111:queue/abc"))
        .contains(ResourceType.QUEUE);
    assertThat(ResourceType.ofArn("arn:aws:kinesis:eu-west-1:111111111111:stream/orders/shard/1"))
        .isEmpty();
    assertThat(ResourceType.ofArn("arn:aws:sqs:eu-west-1:111111111111:queue/abc")).isEmpty();
    assertThat(ResourceType.ofArn("orders")).isEmpty();
  }
}

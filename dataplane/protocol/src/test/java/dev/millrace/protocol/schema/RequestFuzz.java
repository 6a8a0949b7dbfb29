// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.shape.AddTagsToStreamInput;
import dev.millrace.protocol.shape.CreateStreamInput;
import dev.millrace.protocol.shape.DecreaseStreamRetentionPeriodInput;
import dev.millrace.protocol.shape.DeleteResourcePolicyInput;
import dev.millrace.protocol.shape.DeleteStreamInput;
import dev.millrace.protocol.shape.DeregisterStreamConsumerInput;
import dev.millrace.protocol.shape.DescribeAccountSettingsInput;
import dev.millrace.protocol.shape.DescribeLimitsInput;
import dev.millrace.protocol.shape.DescribeStreamConsumerInput;
import dev.millrace.protocol.shape.DescribeStreamInput;
import dev.millrace.protocol.shape.DescribeStreamSummaryInput;
import dev.millrace.protocol.shape.DisableEnhancedMonitoringInput;
import dev.millrace.protocol.shape.EnableEnhancedMonitoringInput;
import dev.millrace.protocol.shape.GetRecordsInput;
import dev.millrace.protocol.shape.GetResourcePolicyInput;
import dev.millrace.protocol.shape.GetShardIteratorInput;
import dev.millrace.protocol.shape.IncreaseStreamRetentionPeriodInput;
import dev.millrace.protocol.shape.ListShardsInput;
import dev.millrace.protocol.shape.ListStreamConsumersInput;
import dev.millrace.protocol.shape.ListStreamsInput;
import dev.millrace.protocol.shape.ListTagsForResourceInput;
import dev.millrace.protocol.shape.ListTagsForStreamInput;
import dev.millrace.protocol.shape.MergeShardsInput;
import dev.millrace.protocol.shape.PutRecordInput;
import dev.millrace.protocol.shape.PutRecordsInput;
import dev.millrace.protocol.shape.PutResourcePolicyInput;
import dev.millrace.protocol.shape.RegisterStreamConsumerInput;
import dev.millrace.protocol.shape.RemoveTagsFromStreamInput;
import dev.millrace.protocol.shape.SplitShardInput;
import dev.millrace.protocol.shape.StartStreamEncryptionInput;
import dev.millrace.protocol.shape.StopStreamEncryptionInput;
import dev.millrace.protocol.shape.SubscribeToShardInput;
import dev.millrace.protocol.shape.TagResourceInput;
import dev.millrace.protocol.shape.UntagResourceInput;
import dev.millrace.protocol.shape.UpdateAccountSettingsInput;
import dev.millrace.protocol.shape.UpdateMaxRecordSizeInput;
import dev.millrace.protocol.shape.UpdateShardCountInput;
import dev.millrace.protocol.shape.UpdateStreamModeInput;
import dev.millrace.protocol.shape.UpdateStreamRecordDistributionStrategyInput;
import dev.millrace.protocol.shape.UpdateStreamWarmThroughputInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Bodies of all operations in one encoding: the first byte chooses the operation. */
abstract class RequestFuzz extends DecoderFuzz {
  private static final List<StructureShape> SHAPES =
      List.of(
          AddTagsToStreamInput.SHAPE,
          CreateStreamInput.SHAPE,
          DecreaseStreamRetentionPeriodInput.SHAPE,
          DeleteResourcePolicyInput.SHAPE,
          DeleteStreamInput.SHAPE,
          DeregisterStreamConsumerInput.SHAPE,
          DescribeAccountSettingsInput.SHAPE,
          DescribeLimitsInput.SHAPE,
          DescribeStreamConsumerInput.SHAPE,
          DescribeStreamInput.SHAPE,
          DescribeStreamSummaryInput.SHAPE,
          DisableEnhancedMonitoringInput.SHAPE,
          EnableEnhancedMonitoringInput.SHAPE,
          GetRecordsInput.SHAPE,
          GetResourcePolicyInput.SHAPE,
          GetShardIteratorInput.SHAPE,
          IncreaseStreamRetentionPeriodInput.SHAPE,
          ListShardsInput.SHAPE,
          ListStreamConsumersInput.SHAPE,
          ListStreamsInput.SHAPE,
          ListTagsForResourceInput.SHAPE,
          ListTagsForStreamInput.SHAPE,
          MergeShardsInput.SHAPE,
          PutRecordInput.SHAPE,
          PutRecordsInput.SHAPE,
          PutResourcePolicyInput.SHAPE,
          RegisterStreamConsumerInput.SHAPE,
          RemoveTagsFromStreamInput.SHAPE,
          SplitShardInput.SHAPE,
          StartStreamEncryptionInput.SHAPE,
          StopStreamEncryptionInput.SHAPE,
          SubscribeToShardInput.SHAPE,
          TagResourceInput.SHAPE,
          UntagResourceInput.SHAPE,
          UpdateAccountSettingsInput.SHAPE,
          UpdateMaxRecordSizeInput.SHAPE,
          UpdateShardCountInput.SHAPE,
          UpdateStreamModeInput.SHAPE,
          UpdateStreamRecordDistributionStrategyInput.SHAPE,
          UpdateStreamWarmThroughputInput.SHAPE);

  /** The members of all inputs; what another operation has is skipped. */
  static final String EVERYTHING =
      """
      {"StreamName":"orders","StreamARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
       "StreamId":"x","ShardCount":3,"StreamModeDetails":{"StreamMode":"ON_DEMAND"},"Tags":{"team":"a"},
       "Data":"aGk=","PartitionKey":"k\\u00e4","ExplicitHashKey":"7","SequenceNumberForOrdering":"49",
       "Records":[{"Data":"aGk=","PartitionKey":"a"},{"Data":"","PartitionKey":"b","ExplicitHashKey":"0"}],
       "ShardIterator":"AAAA","Limit":10,"ShardId":"shardId-000000000000","ShardIteratorType":"LATEST",
       "StartingSequenceNumber":"49","Timestamp":1700000000.123,"NextToken":"x","MaxResults":5,
       "ShardFilter":{"Type":"AT_TIMESTAMP","ShardId":"shardId-1","Timestamp":1},
       "ExclusiveStartShardId":"shardId-0","StreamCreationTimestamp":1.5e9,
       "ConsumerARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/orders/consumer/c:1","ConsumerName":"c",
       "StartingPosition":{"Type":"AT_TIMESTAMP","Timestamp":-1,"SequenceNumber":"0"},
       "ResourceARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/orders","Policy":"{}","TagKeys":["a","b"],
       "KeyId":"alias/k","EncryptionType":"KMS","RetentionPeriodHours":48,"ShardToSplit":"shardId-0",
       "NewStartingHashKey":"5","ShardToMerge":"shardId-0","AdjacentShardToMerge":"shardId-1",
       "TargetShardCount":4,"ScalingType":"UNIFORM_SCALING","ShardLevelMetrics":["ALL",null],
       "MaxRecordSizeInKiB":2048,"WarmThroughputMiBps":7,"EnforceConsumerDeletion":"true",
       "MinimumThroughputBillingCommitment":{"Status":"ENABLED"},"DryRun":true}""";

  private final Codec codec;

  RequestFuzz(Codec codec) {
    this.codec = codec;
  }

  /** The body in this encoding with the members of all operations. */
  abstract byte[] everything();

  @Override
  protected List<byte[]> seeds() {
    byte[] body = everything();
    return IntStream.range(0, SHAPES.size())
        .mapToObj(shape -> ByteBuffer.allocate(1 + body.length).put((byte) shape).put(body).array())
        .toList();
  }

  @Override
  protected void decode(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    StructureShape shape = SHAPES.get((input[0] & 0xFF) % SHAPES.size());
    Blob body = new Blob(input, 1, input.length - 1);
    switch (shape.decode(codec, body)) {
      case Decoded.Malformed(KinesisError error) ->
          assertThat(error.name()).isEqualTo(KinesisError.Name.SERIALIZATION);
      case Decoded.Input(Structure structure) -> {
        assertThat(BodySyntax.isStructure(codec, body)).isTrue();
        assertThat(shape.decode(codec, body)).isEqualTo(new Decoded.Input(structure));
        Validation.check(structure)
            .ifPresent(error -> assertThat(error.name()).isEqualTo(KinesisError.Name.VALIDATION));
        // An audit records what was not validated, too.
        try (JsonGenerator out = Codec.JSON.generator(new ByteArrayOutputStream())) {
          RequestParameters.of(structure).writeTo(out);
        }
      }
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of();
  }

  /** It is decoded twice, and its messages quote up to 1 KiB of ten values. */
  @Override
  protected int fixedBytes() {
    return 1 << 20;
  }
}

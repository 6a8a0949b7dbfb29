// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DescribeStreamSummaryInput;
import java.util.concurrent.CompletionStage;

/**
 * Describes a stream without its shards.
 *
 * @param streams looks up streams
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html">DescribeStreamSummary</a>
 */
public record DescribeStreamSummaryAction(StreamLookup streams) implements Action {
  @Override
  public Operation operation() {
    return Operation.DESCRIBE_STREAM_SUMMARY;
  }

  @Override
  public StructureShape input() {
    return DescribeStreamSummaryInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    return streams
        .find(
            call.input().find(DescribeStreamSummaryInput.STREAM_NAME),
            call.input().find(DescribeStreamSummaryInput.STREAM_ARN))
        .<Answer>fold(entry -> summary(entry.definition()), Answer.Failure::new)
        .now();
  }

  private Answer summary(StreamDefinition stream) {
    int openShards = stream.status() == StreamStatus.CREATING ? 0 : stream.openShards().size();
    return new Answer.Success(
        1024,
        out -> {
          out.startStructure("StreamDescriptionSummary");
          StreamMembers.identity(out, streams, stream);
          StreamMembers.settings(out, stream);
          out.number("OpenShardCount", openShards);
          out.number("ConsumerCount", stream.consumers().size());
          stream
              .settings()
              .warmThroughputMiBps()
              .ifPresent(miBps -> StreamMembers.warmThroughput(out, miBps));
          out.number("MaxRecordSizeInKiB", stream.settings().maxRecordSizeKiB());
          out.number("ChannelCount", 0);
          if (stream.settings().mode() == StreamMode.ON_DEMAND) {
            out.text("RecordDistributionStrategy", stream.settings().distribution().name());
          }
          out.end();
        });
  }
}

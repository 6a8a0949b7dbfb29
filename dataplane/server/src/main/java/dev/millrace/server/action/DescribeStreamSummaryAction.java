package dev.millrace.server.action;

import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DescribeStreamSummaryInput;
import dev.millrace.server.routing.StreamLookup;
import java.util.concurrent.CompletionStage;

/**
 * Describes a stream without its shards.
 *
 * @param streams the streams there are
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
        .<Answer>fold(entry -> summary(entry.definition()), Answer.Refused::new)
        .now();
  }

  private Answer summary(StreamDefinition stream) {
    int openShards = stream.status() == StreamStatus.CREATING ? 0 : stream.openShards().size();
    return new Answer.Success(
        1024,
        out -> {
          out.startStructure("StreamDescriptionSummary");
          StreamWriter.identity(out, streams, stream);
          StreamWriter.settings(out, stream);
          out.number("OpenShardCount", openShards);
          out.number("ConsumerCount", stream.consumers().size());
          stream
              .settings()
              .warmThroughputMiBps()
              .ifPresent(miBps -> StreamWriter.warmThroughput(out, miBps));
          out.number("MaxRecordSizeInKiB", stream.settings().maxRecordSizeKiB());
          out.number("ChannelCount", 0);
          if (stream.settings().mode() == StreamMode.ON_DEMAND) {
            out.text("RecordDistributionStrategy", stream.settings().distribution().name());
          }
          out.end();
        });
  }
}

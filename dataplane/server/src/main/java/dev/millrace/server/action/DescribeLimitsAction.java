package dev.millrace.server.action;

import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DescribeLimitsInput;
import dev.millrace.server.routing.StreamLookup;
import java.util.concurrent.CompletionStage;

/**
 * Tells the account's limits and how much of them is used.
 *
 * @param streams the streams there are
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeLimits.html">DescribeLimits</a>
 */
public record DescribeLimitsAction(StreamLookup streams) implements Action {
  @Override
  public Operation operation() {
    return Operation.DESCRIBE_LIMITS;
  }

  @Override
  public StructureShape input() {
    return DescribeLimitsInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    int open = 0;
    int onDemand = 0;
    for (CatalogueEntry entry : streams.catalogue().streams().values()) {
      StreamDefinition stream = entry.definition();
      if (stream.settings().mode() == StreamMode.ON_DEMAND) {
        onDemand++;
      } else {
        open += stream.openShards().size();
      }
    }
    int openShards = open;
    int onDemandStreams = onDemand;
    return new Answer.Success(
            256,
            out -> {
              out.number("ShardLimit", ServiceLimits.SHARDS_PER_ACCOUNT);
              out.number("OpenShardCount", openShards);
              out.number("OnDemandStreamCount", onDemandStreams);
              out.number("OnDemandStreamCountLimit", ServiceLimits.ON_DEMAND_STREAMS);
              out.number("ChannelCount", 0);
              out.number("ChannelCountLimit", 0);
            })
        .now();
  }
}

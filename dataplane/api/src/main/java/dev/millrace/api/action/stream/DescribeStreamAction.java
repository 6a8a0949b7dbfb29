// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Checked;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DescribeStreamInput;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Describes a stream with its shards, page by page.
 *
 * @param streams looks up streams
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html">DescribeStream</a>
 */
public record DescribeStreamAction(StreamLookup streams) implements Action {
  private static final int SHARD_BYTES = 320;

  @Override
  public Operation operation() {
    return Operation.DESCRIBE_STREAM;
  }

  @Override
  public StructureShape input() {
    return DescribeStreamInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    return streams
        .find(
            input.find(DescribeStreamInput.STREAM_NAME), input.find(DescribeStreamInput.STREAM_ARN))
        .then(
            entry ->
                after(entry.definition(), input.find(DescribeStreamInput.EXCLUSIVE_START_SHARD_ID))
                    .then(shards -> Checked.good(describe(entry.definition(), shards, input))))
        .<Answer>fold(answer -> answer, Answer.Failure::new)
        .now();
  }

  private Checked<List<ShardDefinition>> after(StreamDefinition stream, Optional<String> start) {
    // The shards of a stream that is CREATING are not listed yet.
    List<ShardDefinition> all =
        stream.status() == StreamStatus.CREATING ? List.of() : stream.shards();
    if (start.isEmpty()) {
      return Checked.good(all);
    }
    return streams
        .shardId(stream.name().text(), start.get())
        .then(id -> Checked.good(all.stream().filter(s -> s.id().compareTo(id) > 0).toList()));
  }

  private Answer describe(StreamDefinition stream, List<ShardDefinition> shards, Structure input) {
    int limit =
        Math.min(
            input.getOr(DescribeStreamInput.LIMIT, ServiceLimits.DESCRIBE_PAGE),
            ServiceLimits.DESCRIBE_PAGE);
    List<ShardDefinition> page = shards.subList(0, Math.min(limit, shards.size()));
    return new Answer.Success(
        1024 + page.size() * SHARD_BYTES,
        out -> {
          out.startStructure("StreamDescription");
          StreamMembers.identity(out, streams, stream);
          out.startList("Shards");
          page.forEach(shard -> StreamMembers.shard(out, shard));
          out.end();
          out.bool("HasMoreShards", page.size() < shards.size());
          StreamMembers.settings(out, stream);
          out.end();
        });
  }
}

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a shard is; none of it changes while the shard lives.
 *
 * @param streamName the stream, as the Kinesis API names it
 * @param streamId this incarnation of the stream, 16 hexadecimal digits
 * @param shardId {@code shardId-} and 12 digits
 * @param startingHashKey decimal, inclusive
 * @param endingHashKey decimal, inclusive
 * @param parentShardIds none, one (split) or two (merge)
 * @param creationSecond epoch seconds; stands in the shard's sequence numbers
 * @param shardSet the StatefulSet whose pods host it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShardSpec(
    @Required @PrinterColumn(name = "Stream") String streamName,
    @Required String streamId,
    @Required String shardId,
    @Required @PrinterColumn(name = "Starting-Hash-Key", priority = 1) String startingHashKey,
    @Required @PrinterColumn(name = "Ending-Hash-Key", priority = 1) String endingHashKey,
    @Nullable List<String> parentShardIds,
    @JsonPropertyDescription("Epoch seconds; stands in the shard's sequence numbers.") @Required
        Long creationSecond,
    @Required @PrinterColumn(name = "Shard-Set") String shardSet) {}

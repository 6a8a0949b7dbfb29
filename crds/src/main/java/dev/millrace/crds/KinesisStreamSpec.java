package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a stream should be. The names are CloudFormation's in lowerCamel; {@code replication},
 * {@code storage}, {@code placement} and {@code limits} are ours. A component that is null was not
 * given.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kinesis-stream.html">AWS::Kinesis::Stream</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "has(self.shardCount) || (has(self.streamModeDetails) && self.streamModeDetails.streamMode == 'ON_DEMAND')",
    message = "shardCount is required unless streamModeDetails.streamMode is ON_DEMAND")
@ValidationRule(
    value =
        "!has(oldSelf.streamName) || (has(self.streamName) && self.streamName == oldSelf.streamName)",
    message = "streamName cannot be changed")
@ValidationRule(
    value = "has(oldSelf.streamName) || !has(self.streamName)",
    message = "streamName cannot be set after creation")
@ValidationRule(
    value =
        "!has(oldSelf.shardCount) || (has(self.shardCount) && self.shardCount == oldSelf.shardCount)",
    message = "shardCount cannot be changed: this version of Millrace does not reshard yet")
@ValidationRule(
    value =
        "has(oldSelf.placement) == has(self.placement) && (!has(self.placement) || self.placement == oldSelf.placement)",
    message = "placement cannot be changed")
@ValidationRule(
    value =
        "has(oldSelf.storage) == has(self.storage) && (!has(self.storage) || self.storage == oldSelf.storage)",
    message = "storage cannot be changed")
public record KinesisStreamSpec(
    @JsonPropertyDescription("Name of the stream for the Kinesis API; without it metadata.name.")
        @Pattern("^[a-zA-Z0-9_.-]+$")
        @Size(min = 1, max = 128)
        @Nullable String streamName,
    @Nullable StreamModeDetails streamModeDetails,
    @JsonPropertyDescription(
            "Number of open shards. Required in mode PROVISIONED; a stream in mode ON_DEMAND starts with 4.")
        @Min(1)
        @Max(10_000)
        @PrinterColumn(name = "Shards")
        @Nullable Integer shardCount,
    @JsonPropertyDescription("How long records are kept.")
        @Min(24)
        @Max(8760)
        @Default("24")
        @PrinterColumn(name = "Retention", priority = 1)
        @Nullable Integer retentionPeriodHours,
    @JsonPropertyDescription("The most that data and partition key of one record take.")
        @Min(1024)
        @Max(10_240)
        @Default("1024")
        @Nullable Integer maxRecordSizeInKiB,
    @JsonPropertyDescription("Tags of the stream, as ListTagsForStream shows them.")
        @Nullable Map<String, String> tags,
    @JsonPropertyDescription(
            "What becomes of the volumes when the stream is deleted: Delete or Retain.")
        @Default("Delete")
        @Nullable DeletionPolicy deletionPolicy,
    @Nullable Replication replication,
    @Nullable Storage storage,
    @Nullable Placement placement,
    @Nullable Limits limits) {

  /** How capacity is decided. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StreamModeDetails(@Default("PROVISIONED") @Nullable StreamMode streamMode) {}

  /** How capacity is decided: by the manifest, or by the service. */
  public enum StreamMode {
    PROVISIONED,
    ON_DEMAND
  }

  /** What becomes of the volumes of a deleted stream. */
  public enum DeletionPolicy {
    @JsonProperty("Delete")
    DELETE,
    @JsonProperty("Retain")
    RETAIN
  }

  /** How many copies of each record are kept. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Replication(
      @JsonPropertyDescription("Pods of each Raft group. This version has one.")
          @Min(1)
          @Max(1)
          @Default("1")
          @Nullable Integer replicas) {}

  /** The volume of each shard pod. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Storage(
      @JsonPropertyDescription("Size of the volume of each shard pod.") @Default("10Gi")
          @Nullable Quantity size,
      @JsonPropertyDescription("Without it the cluster's default class.")
          @Nullable String storageClassName) {}

  /** Which shards share a pod. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Placement(
      @JsonPropertyDescription("Shards that share a StatefulSet and its pods.")
          @Min(1)
          @Max(200)
          @Default("1")
          @Nullable Integer shardsPerPod) {}

  /** How much each shard takes and gives. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Limits(
      @JsonPropertyDescription(
              "aws: 1 MiB/s and 1,000 records/s in, 2 MiB/s and 5 reads/s out of each shard; none: no limits.")
          @Default("aws")
          @Nullable LimitsProfile profile) {}

  /** Throughput profiles. */
  public enum LimitsProfile {
    @JsonProperty("aws")
    AWS,
    @JsonProperty("none")
    NONE
  }
}

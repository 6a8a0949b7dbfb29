// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The desired state of a stream. Field names are CloudFormation's in lowerCamel; {@code
 * replication}, {@code storage}, {@code placement} and {@code limits} are specific to Millrace. A
 * component is null if the manifest does not set it.
 *
 * <p>What a call of the Kinesis API can set has no default in the schema: whoever creates an object
 * owns the defaults that the API server fills in, and the call would be refused because of a value
 * that nobody has chosen.
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
        "!has(self.warmThroughputMiBps) || (has(self.streamModeDetails) && self.streamModeDetails.streamMode == 'ON_DEMAND')",
    message = "warmThroughputMiBps needs streamModeDetails.streamMode ON_DEMAND")
@ValidationRule(
    value =
        "!has(self.recordDistributionStrategy) || self.recordDistributionStrategy != 'AUTO' || (has(self.streamModeDetails) && self.streamModeDetails.streamMode == 'ON_DEMAND')",
    message = "recordDistributionStrategy AUTO needs streamModeDetails.streamMode ON_DEMAND")
@ValidationRule(
    value =
        "!has(oldSelf.streamName) || (has(self.streamName) && self.streamName == oldSelf.streamName)",
    message = "streamName cannot be changed")
@ValidationRule(
    value = "has(oldSelf.streamName) || !has(self.streamName)",
    message = "streamName cannot be set after creation")
@ValidationRule(
    value =
        "(has(self.replication) && has(self.replication.replicas) ? self.replication.replicas : 0) == (has(oldSelf.replication) && has(oldSelf.replication.replicas) ? oldSelf.replication.replicas : 0)",
    message = "replication.replicas cannot be changed")
@ValidationRule(
    value =
        "has(oldSelf.placement) == has(self.placement) && (!has(self.placement) || self.placement == oldSelf.placement)",
    message = "placement cannot be changed")
@ValidationRule(
    value =
        "(has(self.storage) && has(self.storage.storageClassName) ? self.storage.storageClassName : '') == (has(oldSelf.storage) && has(oldSelf.storage.storageClassName) ? oldSelf.storage.storageClassName : '')",
    message = "storage.storageClassName cannot be changed")
@ValidationRule(
    value =
        "quantity(has(self.storage) && has(self.storage.size) ? string(self.storage.size) : '10Gi').compareTo(quantity(has(oldSelf.storage) && has(oldSelf.storage.size) ? string(oldSelf.storage.size) : '10Gi')) >= 0",
    message = "storage.size cannot shrink")
public record KinesisStreamSpec(
    @JsonPropertyDescription(
            "Name of the stream in the Kinesis API. Defaults to metadata.name. Cannot be changed.")
        @Pattern("^[a-zA-Z0-9_.-]+$")
        @Size(min = 1, max = 128)
        @Nullable String streamName,
    @JsonPropertyDescription("Capacity mode of the stream.")
        @Nullable StreamModeDetails streamModeDetails,
    @JsonPropertyDescription(
            "Number of open shards. Required in mode PROVISIONED; a stream in mode ON_DEMAND has 4 if it is not set. When it changes, the stream is resharded to shards of equal hash key ranges, unless reshardRequest asks for one split or merge.")
        @Min(1)
        @Max(10_000)
        @SpecReplicas
        @PrinterColumn(name = "Shards")
        @Nullable Integer shardCount,
    @JsonPropertyDescription(
            "One exact split or merge, instead of equal ranges. Set together with the shardCount that follows from it, which is what SplitShard and MergeShards do.")
        @Nullable ReshardRequest reshardRequest,
    @JsonPropertyDescription("How long records are kept, in hours. 24 if it is not set.")
        @Min(24)
        @Max(8760)
        @PrinterColumn(name = "Retention", priority = 1)
        @Nullable Integer retentionPeriodHours,
    @JsonPropertyDescription(
            "Maximum size of a record in KiB, data and partition key together. 1024 if it is not set.")
        @Min(1024)
        @Max(10_240)
        @Nullable Integer maxRecordSizeInKiB,
    @JsonPropertyDescription("Tags of the stream, as returned by ListTagsForStream.")
        @Nullable Map<String, String> tags,
    @JsonPropertyDescription(
            "What happens to the records when the stream is deleted. Delete: they are deleted. Retain: volumes, Shards and the StreamStorage stay, and a stream that is created under the same name takes them up. A change takes effect once status.observedGeneration shows it: wait for that before you delete the stream.")
        @Default("Delete")
        @Nullable DeletionPolicy deletionPolicy,
    @JsonPropertyDescription("Replication of the stream's records.")
        @Nullable Replication replication,
    @JsonPropertyDescription(
            "Volumes of the shard pods. Only their size can be changed, and only grow.")
        @Nullable Storage storage,
    @JsonPropertyDescription("Distribution of shards over pods. Cannot be changed.")
        @Nullable Placement placement,
    @JsonPropertyDescription("Throughput limits of each shard.") @Nullable Limits limits,
    @JsonPropertyDescription(
            "Key that new records are encrypted with. Puts are refused while it cannot be used.")
        @Nullable StreamEncryption streamEncryption,
    @JsonPropertyDescription("Metrics that are collected for each shard.")
        @Nullable List<ShardLevelMetric> desiredShardLevelMetrics,
    @JsonPropertyDescription(
            "Resource policy of the stream, a JSON object, as set by PutResourcePolicy. If it is no valid policy, nobody may do anything with the stream but mend it.")
        @Size(min = 2, max = 20_480)
        @Pattern("^\\s*\\{[\\s\\S]*\\}\\s*$")
        @Nullable String resourcePolicy,
    @JsonPropertyDescription(
            "Warm throughput in MiB/s, only in mode ON_DEMAND. Stored and returned, without further effect.")
        @Min(0)
        @Max(10_240)
        @Nullable Integer warmThroughputMiBps,
    @JsonPropertyDescription(
            "What decides the shard of a record: its partition key, or, only in mode ON_DEMAND, the service. USER_PARTITION_KEY if it is not set.")
        @Nullable RecordDistributionStrategy recordDistributionStrategy) {

  /** The capacity mode. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StreamModeDetails(
      @JsonPropertyDescription(
              "PROVISIONED: the number of shards is shardCount. ON_DEMAND: it is chosen by the service.")
          @Default("PROVISIONED")
          @Nullable StreamModeName streamMode) {}

  /** The key that records are to be encrypted with. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StreamEncryption(
      @JsonPropertyDescription("Kind of encryption.") @Required EncryptionType encryptionType,
      @JsonPropertyDescription("Id, ARN or alias of the key, as given to StartStreamEncryption.")
          @Required
          @Size(min = 1, max = 2048)
          String keyId) {}

  /** Kinds of encryption. */
  public enum EncryptionType {
    KMS
  }

  /** Metrics of individual shards. */
  public enum ShardLevelMetric {
    @JsonProperty("IncomingBytes")
    INCOMING_BYTES,
    @JsonProperty("IncomingRecords")
    INCOMING_RECORDS,
    @JsonProperty("OutgoingBytes")
    OUTGOING_BYTES,
    @JsonProperty("OutgoingRecords")
    OUTGOING_RECORDS,
    @JsonProperty("WriteProvisionedThroughputExceeded")
    WRITE_PROVISIONED_THROUGHPUT_EXCEEDED,
    @JsonProperty("ReadProvisionedThroughputExceeded")
    READ_PROVISIONED_THROUGHPUT_EXCEEDED,
    @JsonProperty("IteratorAgeMilliseconds")
    ITERATOR_AGE_MILLISECONDS
  }

  /** What decides the shard of a record. */
  public enum RecordDistributionStrategy {
    USER_PARTITION_KEY,
    AUTO
  }

  /** A split of one shard or a merge of two. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.with) != has(self.newStartingHashKey)",
      message = "reshardRequest needs with (a merge) or newStartingHashKey (a split), and not both")
  public record ReshardRequest(
      @JsonPropertyDescription(
              "Identifies the request. Each is carried out once: another request needs another id.")
          @Required
          @Size(min = 1, max = 128)
          String id,
      @JsonPropertyDescription("Id of the open shard to split, or of the first to merge.")
          @Required
          @Pattern("^shardId-[0-9]{12}$")
          String shard,
      @JsonPropertyDescription("Id of the adjacent open shard to merge with.")
          @Pattern("^shardId-[0-9]{12}$")
          @Nullable String with,
      @JsonPropertyDescription("First hash key of the upper of the two children, decimal.")
          @Pattern("^(0|[1-9][0-9]{0,38})$")
          @Nullable String newStartingHashKey) {}

  /** Capacity modes: the number of shards is set by the manifest, or by the service. */
  public enum StreamModeName {
    PROVISIONED,
    ON_DEMAND
  }

  /** What happens to the volumes of a deleted stream. */
  public enum DeletionPolicy {
    @JsonProperty("Delete")
    DELETE,
    @JsonProperty("Retain")
    RETAIN
  }

  /** Replication of the records. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!has(self.replicas) || self.replicas in [1, 3, 5]",
      message = "replicas must be 1, 3 or 5")
  public record Replication(
      @JsonPropertyDescription(
              "Number of copies of each record, which is the number of pods in each shard set: 1, 3 or 5. A record is acknowledged once a majority has it on disk. If it is not set, the operator's default applies when the stream is created. Cannot be changed.")
          @Min(1)
          @Max(5)
          @Nullable Integer replicas) {}

  /** The volume of each shard pod. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Storage(
      @JsonPropertyDescription("Size of each volume. It can grow if the StorageClass allows it.")
          @Default("10Gi")
          @Nullable Quantity size,
      @JsonPropertyDescription(
              "StorageClass of the volumes. Defaults to the cluster's default class.")
          @Nullable String storageClassName) {}

  /** Which shards share a pod. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Placement(
      @JsonPropertyDescription(
              "Number of shards that share one StatefulSet and its pods. If it is not set, each shard has its own in a stream of up to 8 open shards, and 32 share one in a larger stream; a reshard applies this to the shards that it creates, by the number that it leads to.")
          @Min(1)
          @Max(200)
          @Nullable Integer shardsPerPod,
      @JsonPropertyDescription(
              "Whether the replicas of a shard must be in different zones. Preferred: where there are enough zones; else the loss of a zone may take a majority. Required: a pod without a zone of its own waits. Preferred if it is not set.")
          @Nullable ZoneSpread zones) {}

  /** How strictly replicas are spread over zones. */
  public enum ZoneSpread {
    @JsonProperty("Preferred")
    PREFERRED,
    @JsonProperty("Required")
    REQUIRED
  }

  /** Throughput limits of each shard. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Limits(
      @JsonPropertyDescription(
              "aws: writes of 1 MiB/s and 1,000 records/s, reads of 2 MiB/s and 5 calls/s for each shard. none: no limits.")
          @Default("aws")
          @Nullable LimitsProfileName profile) {}

  /** Sets of throughput limits. */
  public enum LimitsProfileName {
    @JsonProperty("aws")
    AWS,
    @JsonProperty("none")
    NONE
  }
}

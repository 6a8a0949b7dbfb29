// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.kubernetes.FieldChange.AddItem;
import dev.millrace.kubernetes.FieldChange.Put;
import dev.millrace.kubernetes.FieldChange.Release;
import dev.millrace.kubernetes.FieldChange.Remove;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;

/**
 * What a change of a stream through the Kinesis API means for the fields of its object.
 *
 * @param from the stream as the object describes it
 * @param to the stream as the call wants it
 */
record StreamChange(StreamDefinition from, StreamDefinition to) {
  private static final FieldPath MODE = FieldPath.of("spec", "streamModeDetails", "streamMode");
  private static final FieldPath SHARD_COUNT = FieldPath.of("spec", "shardCount");
  private static final FieldPath REQUEST = FieldPath.of("spec", "reshardRequest");
  private static final FieldPath METRICS = FieldPath.of("spec", "desiredShardLevelMetrics");

  /**
   * The changes of fields.
   *
   * @param requestId identifies a new reshardRequest
   * @param calls the annotation with the calls of UpdateShardCount, after this one
   */
  List<FieldChange> fields(String requestId, String calls) {
    List<FieldChange> changes = settings();
    to.reshard()
        .filter(reshard -> from.reshard().isEmpty())
        .ifPresent(reshard -> changes.addAll(reshard(reshard.lineage(), requestId, calls)));
    return changes;
  }

  private List<FieldChange> settings() {
    List<FieldChange> changes = new ArrayList<>(mode());
    changes.addAll(tags(from.settings().tags(), to.settings().tags()));
    changes.addAll(metrics(from.settings().shardLevelMetrics(), to.settings().shardLevelMetrics()));
    changed(StreamSettings::retentionHours)
        .ifPresent(hours -> changes.add(put("retentionPeriodHours", hours)));
    changed(StreamSettings::maxRecordSizeKiB)
        .ifPresent(kib -> changes.add(put("maxRecordSizeInKiB", kib)));
    changed(StreamSettings::distribution)
        .ifPresent(by -> changes.add(put("recordDistributionStrategy", by.name())));
    changed(StreamSettings::warmThroughputMiBps)
        .ifPresent(miBps -> changes.add(putOrRemove("warmThroughputMiBps", miBps)));
    changed(StreamSettings::policy)
        .ifPresent(policy -> changes.add(putOrRemove("resourcePolicy", policy)));
    changed(StreamSettings::keyId)
        .ifPresent(
            key ->
                changes.add(
                    putOrRemove(
                        "streamEncryption",
                        key.map(id -> Map.of("encryptionType", "KMS", "keyId", id)))));
    return changes;
  }

  private <T> Optional<T> changed(Function<StreamSettings, T> setting) {
    T next = setting.apply(to.settings());
    return next.equals(setting.apply(from.settings())) ? Optional.empty() : Optional.of(next);
  }

  private static FieldChange put(String field, Object value) {
    return new Put(FieldPath.of("spec", field), value);
  }

  private static FieldChange putOrRemove(String field, Optional<?> value) {
    FieldPath path = FieldPath.of("spec", field);
    return value.isPresent() ? new Put(path, value.get()) : new Remove(path);
  }

  /** A stream in provisioned mode needs a number of shards: it keeps those that are open. */
  private List<FieldChange> mode() {
    Optional<StreamMode> mode = changed(StreamSettings::mode);
    if (mode.isEmpty()) {
      return List.of();
    }
    FieldChange put = new Put(MODE, mode.get().name());
    return switch (mode.get()) {
      case ON_DEMAND -> List.of(put);
      case PROVISIONED -> List.of(put, new Put(SHARD_COUNT, from.openShards().size()));
    };
  }

  private static List<FieldChange> tags(
      SortedMap<String, String> before, SortedMap<String, String> after) {
    List<FieldChange> changes = new ArrayList<>();
    after.forEach(
        (key, value) -> {
          if (!value.equals(before.get(key))) {
            changes.add(new Put(FieldPath.of("spec", "tags", key), value));
          }
        });
    before.keySet().stream()
        .filter(key -> !after.containsKey(key))
        .forEach(key -> changes.add(new Remove(FieldPath.of("spec", "tags", key))));
    return changes;
  }

  private static List<FieldChange> metrics(SortedSet<String> before, SortedSet<String> after) {
    List<FieldChange> changes = new ArrayList<>();
    after.stream()
        .filter(metric -> !before.contains(metric))
        .forEach(metric -> changes.add(new AddItem(METRICS.item(metric))));
    before.stream()
        .filter(metric -> !after.contains(metric))
        .forEach(metric -> changes.add(new Remove(METRICS.item(metric))));
    return changes;
  }

  private List<FieldChange> reshard(Lineage lineage, String requestId, String calls) {
    long staying = lineage.born().stream().filter(Lineage.Born::stays).count();
    FieldChange count =
        new Put(
            SHARD_COUNT,
            Math.toIntExact(from.openShards().size() - lineage.closing().size() + staying));
    return exactly(lineage, requestId)
        .map(request -> List.of(count, new Put(REQUEST, request)))
        .orElseGet(
            () ->
                List.of(
                    count, new Release(REQUEST), new Put(ShardCountCalls.ANNOTATION_PATH, calls)));
  }

  /** The request for a lineage that is one split or one merge. */
  private static Optional<Map<String, Object>> exactly(Lineage lineage, String id) {
    List<Lineage.Born> born = lineage.born();
    boolean isSplit =
        lineage.closing().size() == 1
            && born.size() == 2
            && born.stream().allMatch(Lineage.Born::stays);
    boolean isMerge = lineage.closing().size() == 2 && born.size() == 1;
    if (!isSplit && !isMerge) {
      return Optional.empty();
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("id", id);
    List<ShardId> parents = born.getFirst().parents();
    request.put("shard", parents.getFirst().toString());
    if (isMerge) {
      request.put("with", parents.getLast().toString());
    } else {
      request.put("newStartingHashKey", born.getLast().range().starting().toString());
    }
    return Optional.of(request);
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.core.report.PodReport.ShardSubscription;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The part of a pod's report that changes by itself and that the operator acts on or shows. What
 * the operator has ordered is not in it, since it looks for the effect anyway, and neither are
 * numbers that change with every record.
 *
 * @param disk the disk's id
 * @param leads whether the log accepts commands
 * @param inStep the members that keep up with this leader
 * @param hasRoom whether the disk has space for records
 * @param expired the closed shards without records, in the order of the report
 * @param subscriptions who reads which shard
 */
record NoticedState(
    String disk,
    boolean leads,
    Set<String> inStep,
    boolean hasRoom,
    List<ExpiredShard> expired,
    Set<NoticedSubscription> subscriptions) {

  /** A closed shard whose records have all expired. */
  record ExpiredShard(String streamId, String shardId) {}

  /** A consumer's subscription to a shard, and whether the consumer is behind. */
  record NoticedSubscription(
      String streamId,
      String shardId,
      String consumer,
      long creation,
      boolean active,
      boolean lags) {
    static NoticedSubscription of(ShardSubscription reported) {
      return new NoticedSubscription(
          reported.streamId(),
          reported.shardId(),
          reported.consumer(),
          reported.consumerCreationSecond(),
          reported.active(),
          reported.lags());
    }
  }

  static NoticedState of(PodReport report) {
    return new NoticedState(
        report.disk(),
        report.leads(),
        Optional.ofNullable(report.followers()).orElse(List.of()).stream()
            .filter(ReportedFollower::isInStep)
            .map(ReportedFollower::disk)
            .collect(Collectors.toUnmodifiableSet()),
        report.hasRoom(),
        report.shards().stream()
            .filter(shard -> shard.closeSecond() != null && shard.empty())
            .map(NoticedState::expired)
            .toList(),
        Optional.ofNullable(report.subscriptions()).orElse(List.of()).stream()
            .map(NoticedSubscription::of)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static ExpiredShard expired(HostedShard shard) {
    return new ExpiredShard(shard.streamId(), shard.shardId());
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of a shard and the address of its leader, written when one of them changes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShardStatus(
    @JsonPropertyDescription(
            "Pending: the shard was never open. Open: it accepts and returns records. Closed: it was split or merged and returns its records until they expire. Expired: it has no records left and is being deleted. Unavailable: it was open, and its pod does not respond. Lost: its disk was replaced by an empty one.")
        @PrinterColumn(name = "Phase")
        @Nullable Phase phase,
    @JsonPropertyDescription("Why the shard is Unavailable or Lost.")
        @PrinterColumn(name = "Message", priority = 1)
        @Nullable String message,
    @JsonPropertyDescription(
            "UUID of the Raft group that hosts the shard. Set once, before the group is formed.")
        @Nullable String group,
    @JsonPropertyDescription("Written by versions without replication: the only one of disks.")
        @Nullable String disk,
    @JsonPropertyDescription(
            "UUIDs of the disks of the members of the group, in the order of the pods. A lost one is only replaced by a new member. none: the pod has no member, since a loss was accepted.")
        @Nullable List<String> disks,
    @JsonPropertyDescription("IP:port of the leader's internal RPC.")
        @PrinterColumn(name = "Address")
        @Nullable String address,
    @JsonPropertyDescription(
            "host:port of the leader's internal RPC, used if the address does not respond.")
        @Nullable String hostname,
    @JsonPropertyDescription(
            "host:port of the internal RPC of the other replicas, one of which may lead by now.")
        @Nullable List<String> others,
    @JsonPropertyDescription("Pod that leads the group that hosts the shard.")
        @PrinterColumn(name = "Leader")
        @Nullable String leader,
    @JsonPropertyDescription(
            "How many replicas of how many keep up with the leader, the leader included.")
        @PrinterColumn(name = "In-Step")
        @Nullable String inStep,
    @JsonPropertyDescription(
            "Creation time of the shard in epoch seconds, which is part of its sequence numbers. Set when it opens.")
        @Nullable Long creationSecond,
    @JsonPropertyDescription("When the shard was sealed, in epoch seconds.")
        @Nullable Long closeSecond,
    @JsonPropertyDescription("Generation of the set of shards in which the shard was closed.")
        @Nullable Long closedIn) {

  /** The status of a shard that has none yet. */
  public static final ShardStatus NONE =
      new ShardStatus(null, null, null, null, null, null, null, null, null, null, null, null, null);

  public ShardStatus {
    disks = disks == null ? null : List.copyOf(disks);
    others = others == null ? null : List.copyOf(others);
  }

  /** The disks that the group is formed on, in the order of the pods; empty before that. */
  public List<String> recordedDisks() {
    return disks != null ? disks : Optional.ofNullable(disk).map(List::of).orElse(List.of());
  }

  /** The same shard in another phase. */
  public ShardStatus withPhase(Phase next, @Nullable String why) {
    return new ShardStatus(
        next,
        why,
        group,
        disk,
        disks,
        address,
        hostname,
        others,
        leader,
        inStep,
        creationSecond,
        closeSecond,
        closedIn);
  }

  /** The same shard, hosted by a group that is formed on these disks. */
  public ShardStatus withGroup(String nextGroup, List<String> nextDisks) {
    return new ShardStatus(
        phase,
        message,
        nextGroup,
        null,
        nextDisks,
        address,
        hostname,
        others,
        leader,
        inStep,
        creationSecond,
        closeSecond,
        closedIn);
  }

  /** The same shard, led by a pod. */
  public ShardStatus withLeader(
      String pod,
      String nextAddress,
      String nextHostname,
      List<String> nextOthers,
      @Nullable String nextInStep) {
    return new ShardStatus(
        phase,
        message,
        group,
        disk,
        disks,
        nextAddress,
        nextHostname,
        nextOthers.isEmpty() ? null : nextOthers,
        pod,
        nextInStep,
        creationSecond,
        closeSecond,
        closedIn);
  }

  /** The same shard with its creation second. */
  public ShardStatus withCreationSecond(Long second) {
    return new ShardStatus(
        phase,
        message,
        group,
        disk,
        disks,
        address,
        hostname,
        others,
        leader,
        inStep,
        second,
        closeSecond,
        closedIn);
  }

  /** The same shard, closed. */
  public ShardStatus withClosing(Long second, Long generation) {
    return new ShardStatus(
        phase,
        message,
        group,
        disk,
        disks,
        address,
        hostname,
        others,
        leader,
        inStep,
        creationSecond,
        second,
        generation);
  }

  /** The phases of a shard's life. */
  public enum Phase {
    /** The shard was never open. */
    @JsonProperty("Pending")
    PENDING,
    /** The shard accepts and returns records. */
    @JsonProperty("Open")
    OPEN,
    /** The shard was split or merged; it returns its records. */
    @JsonProperty("Closed")
    CLOSED,
    /** All records of a closed shard are past retention; it is being deleted. */
    @JsonProperty("Expired")
    EXPIRED,
    /** The shard was open; its pod does not respond now. */
    @JsonProperty("Unavailable")
    UNAVAILABLE,
    /** The shard's disk was replaced by an empty one. */
    @JsonProperty("Lost")
    LOST
  }
}

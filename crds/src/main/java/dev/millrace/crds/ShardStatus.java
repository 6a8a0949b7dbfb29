// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import org.jspecify.annotations.Nullable;

/** The state of a shard and the address of its leader, written when one of them changes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShardStatus(
    @JsonPropertyDescription(
            "Pending: the shard was never open. Open: it accepts and returns records. Unavailable: it was open, and its pod does not respond. Lost: its disk was replaced by an empty one.")
        @PrinterColumn(name = "Phase")
        @Nullable Phase phase,
    @JsonPropertyDescription("Why the shard is Unavailable or Lost.")
        @PrinterColumn(name = "Message", priority = 1)
        @Nullable String message,
    @JsonPropertyDescription(
            "UUID of the Raft group that hosts the shard. Set once, before the group is formed.")
        @Nullable String group,
    @JsonPropertyDescription(
            "UUID of the disk that the group is formed on. The group is never formed on another disk.")
        @Nullable String disk,
    @JsonPropertyDescription("IP:port of the leader's internal RPC.")
        @PrinterColumn(name = "Address")
        @Nullable String address,
    @JsonPropertyDescription(
            "host:port of the leader's internal RPC, used if the address does not respond.")
        @Nullable String hostname) {

  /** The phases of a shard's life. */
  public enum Phase {
    /** The shard was never open. */
    @JsonProperty("Pending")
    PENDING,
    /** The shard accepts and returns records. */
    @JsonProperty("Open")
    OPEN,
    /** The shard was open; its pod does not respond now. */
    @JsonProperty("Unavailable")
    UNAVAILABLE,
    /** The shard's disk was replaced by an empty one. */
    @JsonProperty("Lost")
    LOST
  }
}

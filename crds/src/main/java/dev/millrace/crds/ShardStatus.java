package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import org.jspecify.annotations.Nullable;

/**
 * Where a shard is in its life, and where it is reached. Written when something changes.
 *
 * @param phase where it is in its life
 * @param message why, for people, where the phase needs a word
 * @param group the Raft group that hosts it, a UUID; set once, before the group is formed
 * @param disk the disk that the group was formed on, a UUID; another disk is never taken for it
 * @param address {@code IP:port} of the leader's internal RPC
 * @param hostname {@code host:port} of the same by its name, for when the address went stale
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShardStatus(
    @PrinterColumn(name = "Phase") @Nullable Phase phase,
    @PrinterColumn(name = "Message", priority = 1) @Nullable String message,
    @JsonPropertyDescription("The Raft group that hosts the shard; set before it is formed.")
        @Nullable String group,
    @JsonPropertyDescription("The disk that the group was formed on; no other is taken for it.")
        @Nullable String disk,
    @PrinterColumn(name = "Address") @Nullable String address,
    @Nullable String hostname) {

  /** Where a shard is in its life. */
  public enum Phase {
    /** It has never taken a record. */
    @JsonProperty("Pending")
    PENDING,
    /** It takes and gives records. */
    @JsonProperty("Open")
    OPEN,
    /** It was open; now its pod does not say so. */
    @JsonProperty("Unavailable")
    UNAVAILABLE,
    /** Its disk is gone and an empty one stands in its place. */
    @JsonProperty("Lost")
    LOST
  }
}

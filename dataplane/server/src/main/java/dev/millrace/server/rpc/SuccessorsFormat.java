// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamFormat;
import dev.millrace.leader.reshard.ReshardParticipant.Successors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a question for the successors of a sealed shard, in the style of {@link RpcFormat}.
 */
final class SuccessorsFormat {
  static final String PATH = RpcFormat.PREFIX + "successors";

  /** Most successors in an answer: more are not sent, and writers wait for the publication. */
  private static final int MOST = 4_096;

  private static final int SHARD_BYTES = 256;

  private SuccessorsFormat() {}

  /**
   * A successor with its addresses.
   *
   * @param addresses {@code host:port} of its leader, the likeliest first
   */
  record Successor(ShardDefinition shard, List<String> addresses) {
    Successor {
      addresses = List.copyOf(addresses);
    }
  }

  /** The successors that a participant knows; none if it knows none or too many. */
  static List<Successor> of(Optional<Successors> known) {
    return known
        .map(
            found ->
                found.plan().opening().stream()
                    .map(planned -> successor(planned, found.creationSecond()))
                    .toList())
        .filter(found -> found.size() <= MOST)
        .orElse(List.of());
  }

  private static Successor successor(PlannedShard planned, long creationSecond) {
    return new Successor(
        planned.opened(creationSecond),
        planned.members().stream().flatMap(member -> member.addresses().stream()).toList());
  }

  static ByteBuffer encode(List<Successor> successors) {
    FormatWriter out =
        RpcFormat.begin(successors.size() * SHARD_BYTES)
            .u8(RpcFormat.ANSWERED)
            .varint(successors.size());
    for (Successor successor : successors) {
      ShardDefinition shard = successor.shard();
      out.varint(shard.id().index());
      StreamFormat.writeRange(out, shard.range());
      StreamFormat.writeParents(out, shard.parents());
      out.i64(shard.creationSecond());
      out.varint(successor.addresses().size());
      successor.addresses().forEach(out::text);
    }
    return out.toByteBuffer();
  }

  static List<Successor> decode(ByteBuffer bytes) {
    FormatReader in = RpcFormat.open("successors answer", bytes);
    int kind = in.u8();
    if (kind == RpcFormat.REFUSED) {
      throw RpcFormat.refusal(in);
    }
    if (kind != RpcFormat.ANSWERED) {
      throw in.unknown("kind", kind);
    }
    int count = in.varint();
    List<Successor> successors = new ArrayList<>(Math.min(count, MOST));
    for (int i = 0; i < count; i++) {
      ShardDefinition shard =
          new ShardDefinition(
              new ShardId(in.varint()),
              StreamFormat.readRange(in),
              StreamFormat.readParents(in),
              in.i64());
      List<String> addresses = new ArrayList<>();
      for (int left = in.varint(); left > 0; left--) {
        addresses.add(in.text());
      }
      successors.add(new Successor(shard, addresses));
    }
    in.end();
    return successors;
  }
}

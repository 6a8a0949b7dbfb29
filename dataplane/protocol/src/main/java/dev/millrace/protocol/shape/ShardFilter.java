// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;
import java.time.Instant;

/**
 * Which shards ListShards lists.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html">
 *     ShardFilter</a>
 */
public final class ShardFilter {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("ShardFilter");

  public static final Member<String> TYPE =
      MEMBERS.required(
          "Type",
          Type.string()
              .oneOf(
                  "AFTER_SHARD_ID",
                  "AT_TRIM_HORIZON",
                  "FROM_TRIM_HORIZON",
                  "AT_LATEST",
                  "AT_TIMESTAMP",
                  "FROM_TIMESTAMP"));

  public static final Member<String> SHARD_ID = MEMBERS.optional("ShardId", Types.SHARD_ID);

  public static final Member<Instant> TIMESTAMP = MEMBERS.optional("Timestamp", Type.timestamp());

  public static final StructureShape SHAPE = MEMBERS.build();

  private ShardFilter() {}
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.Blob;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;

/**
 * One record of PutRecords. Unless the stream distributes records by itself, the operation also
 * requires {@link #PARTITION_KEY}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html">
 *     PutRecordsRequestEntry</a>
 */
public final class PutRecordsRequestEntry {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("PutRecordsRequestEntry");

  public static final Member<String> PARTITION_KEY =
      MEMBERS.optional("PartitionKey", Types.PARTITION_KEY);

  public static final Member<String> EXPLICIT_HASH_KEY =
      MEMBERS.optional("ExplicitHashKey", Types.HASH_KEY);

  public static final Member<Blob> DATA = MEMBERS.required("Data", Types.DATA);

  public static final StructureShape SHAPE = MEMBERS.build();

  private PutRecordsRequestEntry() {}
}

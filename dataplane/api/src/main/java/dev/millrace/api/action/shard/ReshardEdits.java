// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.shard;

import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import java.util.Optional;

/** Shared by the actions that change a stream's shards. */
final class ReshardEdits {
  private ReshardEdits() {}

  /** Returns the open shard that a request names. */
  static Checked<ShardDefinition> openShard(
      StreamLookup streams, StreamDefinition stream, ShardId id) {
    Optional<ShardDefinition> shard = stream.shape().find(id);
    if (shard.isEmpty()) {
      return Checked.bad(
          KinesisError.notFound(
              "Could not find shard %s in stream %s under account %s."
                  .formatted(id, stream.name(), streams.account())));
    }
    return shard.get().isOpen()
        ? Checked.good(shard.get())
        : Checked.bad(
            KinesisError.invalidArgument(
                "Shard %s in stream %s under account %s has already been merged or split, and thus is not eligible for merging or splitting."
                    .formatted(shard.get().id(), stream.name(), streams.account())));
  }

  /** Creates the edit that begins the reshard of a lineage. */
  static Checked<Edit> begin(StreamDefinition stream, Lineage lineage) {
    return Checked.good(Edit.silent(stream.withReshard(Reshard.of(lineage))));
  }
}

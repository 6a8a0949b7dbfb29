// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.core.error.Checked;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DisableEnhancedMonitoringInput;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/**
 * Disables metrics of individual shards.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DisableEnhancedMonitoring.html">DisableEnhancedMonitoring</a>
 */
public record DisableEnhancedMonitoringAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.DISABLE_ENHANCED_MONITORING;
  }

  @Override
  public StructureShape input() {
    return DisableEnhancedMonitoringInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    Set<String> named =
        ShardLevelMetrics.named(input.get(DisableEnhancedMonitoringInput.SHARD_LEVEL_METRICS));
    return editor.edit(
        input.find(DisableEnhancedMonitoringInput.STREAM_NAME),
        input.find(DisableEnhancedMonitoringInput.STREAM_ARN),
        stream ->
            editor
                .active(stream)
                .then(
                    is ->
                        Checked.good(
                            ShardLevelMetrics.edit(editor.streams(), is, changed(is, named)))));
  }

  private static SortedSet<String> changed(StreamDefinition stream, Set<String> named) {
    SortedSet<String> both = new TreeSet<>(stream.settings().shardLevelMetrics());
    both.removeAll(named);
    return both;
  }
}

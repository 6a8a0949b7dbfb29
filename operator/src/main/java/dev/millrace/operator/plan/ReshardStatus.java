// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.crds.KinesisStreamStatus.HandledRequest;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import java.util.Optional;

/**
 * What the status of a stream says of its set of shards.
 *
 * @param shape the published set
 * @param resharding the reshard in progress, or the last one if it was given up
 * @param handled the reshardRequest that was handled last
 */
public record ReshardStatus(
    PublishedShape shape, Optional<Resharding> resharding, Optional<HandledRequest> handled) {}

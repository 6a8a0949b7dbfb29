// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.leader.shard.ShardLeader;

/**
 * What a front serves. The roles differ in this and in nothing else.
 *
 * @param catalogue the streams
 * @param leader the leaders of their shards
 * @param control who serves the control calls
 */
record FrontParts(StreamCatalogue catalogue, ShardLeader leader, ControlPlane control) {}

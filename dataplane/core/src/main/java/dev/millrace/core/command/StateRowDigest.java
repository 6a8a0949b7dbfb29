// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

/**
 * What a replica's newest state row of a shard says about the rows before it.
 *
 * @param entryIndex the log index of the entry that wrote the state row: the same on all replicas,
 *     also where their positions differ
 * @param position the state row's position
 * @param digest the digest of all rows before it, as it is stored in it; -1 if it has none
 */
public record StateRowDigest(long entryIndex, long position, long digest) {}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.FeatureLevel;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How the members of a group find and trust each other.
 *
 * @param host where this member listens
 * @param forming the members with which the group is formed, if none was formed on the disk yet
 * @param joins whether the others have formed it before, and this disk becomes a member of it
 * @param terms asks other members for their terms
 * @param rows asks other members for what they have applied
 * @param level what all members can read of the log
 * @param nanos a clock that cannot be set, in nanoseconds
 * @param certificates of this member; only a group alone can do without
 */
public record RaftPeering(
    String host,
    RaftMembers forming,
    boolean joins,
    PeerTerms terms,
    PeerRows rows,
    Supplier<FeatureLevel> level,
    LongSupplier nanos,
    Optional<RaftCertificates> certificates) {}

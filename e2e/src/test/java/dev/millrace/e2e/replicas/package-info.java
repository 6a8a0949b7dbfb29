// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Three processes of role shard that form one Raft group, without a cluster: a test takes the part
 * of the operator, kills, freezes and cuts off members, and checks what clients saw.
 */
@NullMarked
package dev.millrace.e2e.replicas;

import org.jspecify.annotations.NullMarked;

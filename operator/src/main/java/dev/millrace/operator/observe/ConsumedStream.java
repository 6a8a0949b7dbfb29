// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;

/**
 * The stream that a consumer reads.
 *
 * @param name in the Kinesis API
 * @param id its incarnation
 * @param serving whether its records can be written and read
 */
public record ConsumedStream(StreamName name, StreamId id, boolean serving) {}

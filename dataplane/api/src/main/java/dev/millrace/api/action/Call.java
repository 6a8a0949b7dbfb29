// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.protocol.Codec;
import dev.millrace.protocol.schema.Structure;

/**
 * One request for an action.
 *
 * @param input decoded and checked against its constraints
 * @param codec the encoding of the answer
 */
public record Call(Structure input, Codec codec) {}

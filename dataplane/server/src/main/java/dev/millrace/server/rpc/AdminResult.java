// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

/** What came of something that the operator asked of a shard pod. */
public sealed interface AdminResult {
  /** It is done, or was before. */
  record Accomplished() implements AdminResult {}

  /** The document makes no sense; the message names the field, what was expected and found. */
  record BadDocument(String message) implements AdminResult {}

  /** The document contradicts what is here. */
  record Contradiction(String message) implements AdminResult {}

  /** Not now; it may be asked again. */
  record Unavailable(String message) implements AdminResult {}
}

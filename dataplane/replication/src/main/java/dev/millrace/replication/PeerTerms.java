// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.util.concurrent.CompletionStage;

/**
 * Asks other members of a group for their terms. The answer must be read after the question was
 * asked: a remembered one proves nothing.
 */
@FunctionalInterface
public interface PeerTerms {

  /**
   * The term that a member is in. Any thread may ask; never blocks.
   *
   * @param address {@code HOST:PORT} of its internal port
   * @return fails if the member does not answer within a bounded time
   */
  CompletionStage<Long> of(String address);
}

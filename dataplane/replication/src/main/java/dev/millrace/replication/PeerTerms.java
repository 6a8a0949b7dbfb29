// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.util.UUID;
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
   * <p>Who answers must be that member, with its group started: another disk at the same address
   * has not voted where the member may have.
   *
   * @param member its id
   * @param address {@code HOST:PORT} of its internal port
   * @return fails if the member does not answer within a bounded time
   */
  CompletionStage<Long> of(UUID member, String address);
}

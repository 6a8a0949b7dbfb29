// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

/**
 * The rows of a shard differ from those of the replica that led it. Which of the two is wrong is
 * unknown, so this one must not go on: the process halts.
 */
public final class ReplicasDifferException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /**
   * Two replicas differ.
   *
   * @param message names the shard, the position and both digests
   */
  public ReplicasDifferException(String message) {
    super(message);
  }
}

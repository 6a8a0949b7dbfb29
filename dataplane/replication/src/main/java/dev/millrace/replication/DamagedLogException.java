// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;

/**
 * What a member has on its disk cannot be what it had acknowledged: its log or its vote is damaged
 * in a way that no power cut explains. Never thrown for a call that failed, which may work later.
 *
 * <p>{@link RaftGroupHost#start} throws it only for a member of a group with others: what was
 * acknowledged is theirs, too, and this disk must not go on as the member that it was
 * (docs/adr/0031-a-damaged-log.md).
 */
public final class DamagedLogException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedLogException(String message) {
    super(message);
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import dev.millrace.e2e.MillraceProcess;

/** The ports of a member, which it keeps when it is started again. */
record MemberPorts(int raft, int rpc, int kinesis) {
  /** Ports that are free at all addresses. */
  static MemberPorts free() {
    return new MemberPorts(
        MillraceProcess.lastingPort(),
        MillraceProcess.lastingPort(),
        MillraceProcess.lastingPort());
  }
}

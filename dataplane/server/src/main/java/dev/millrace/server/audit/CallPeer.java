// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.audit;

import dev.millrace.protocol.audit.AuditSource;
import java.util.Optional;

/** The other end of a request's connection. Callable from any thread, once per recorded call. */
public interface CallPeer {
  /** Its IP address. */
  String address();

  /** The encryption of the connection, if it has any. */
  Optional<AuditSource.TlsCipher> tls();
}

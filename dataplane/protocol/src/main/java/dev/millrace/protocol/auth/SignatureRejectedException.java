// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import dev.millrace.core.error.KinesisError;

/**
 * A failed step of verification; {@link SignatureVerifier} turns it into {@link
 * SignatureCheck.Invalid}.
 */
final class SignatureRejectedException extends Exception {
  private final transient KinesisError error;

  SignatureRejectedException(KinesisError.Name name, String message) {
    super(message, null, false, false);
    this.error = new KinesisError(name, message);
  }

  KinesisError error() {
    return error;
  }
}

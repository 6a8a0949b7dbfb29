// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import dev.millrace.core.error.KinesisError;

/** The result of checking a signature. */
public sealed interface SignatureCheck {
  /**
   * The signature is right and recent.
   *
   * @param signer who signed the request
   */
  record Valid(Signer signer) implements SignatureCheck {}

  /**
   * The signature is missing, incomplete, too old or wrong.
   *
   * @param error the service's answer
   */
  record Invalid(KinesisError error) implements SignatureCheck {}
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import java.util.Optional;

/** Finds the credentials that requests are signed with. Any thread may ask. */
@FunctionalInterface
public interface CredentialSource {
  /**
   * The credential of an access key; must not block.
   *
   * @param sessionToken the token that came with the request
   * @return empty if the key is unknown, or the token is none of its tokens
   */
  Optional<Credential> find(String accessKeyId, Optional<String> sessionToken);
}

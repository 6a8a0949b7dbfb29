// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.stream.StreamId;
import java.util.UUID;

/**
 * Identifies a KinesisStream object.
 *
 * @param namespace its namespace
 * @param name its {@code metadata.name}, a DNS subdomain of up to 253 characters
 * @param uid its {@code metadata.uid}, which differs between incarnations
 */
public record StreamIdentity(String namespace, String name, String uid) {

  /** The id of the stream, derived from the uid. */
  public StreamId streamId() {
    return StreamId.of(UUID.fromString(uid));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.stream.StreamId;
import java.util.UUID;

/**
 * Identifies a KinesisStream object and its records.
 *
 * @param namespace its namespace
 * @param name its {@code metadata.name}, a DNS subdomain of up to 253 characters
 * @param uid its {@code metadata.uid}, which differs between incarnations
 * @param streamId the id of its records: derived from the uid, unless it took up retained ones
 */
public record StreamIdentity(String namespace, String name, String uid, StreamId streamId) {

  /** A stream with records of its own. */
  public StreamIdentity(String namespace, String name, String uid) {
    this(namespace, name, uid, StreamId.of(UUID.fromString(uid)));
  }

  /** The same object with the records of an id. */
  public StreamIdentity with(StreamId records) {
    return new StreamIdentity(namespace, name, uid, records);
  }
}

package dev.millrace.operator.resource;

import dev.millrace.core.stream.StreamId;
import java.util.UUID;

/**
 * Which KinesisStream object is meant.
 *
 * @param namespace its namespace
 * @param name its {@code metadata.name}, a DNS subdomain of up to 253 characters
 * @param uid its {@code metadata.uid}: another incarnation has another one
 */
public record StreamIdentity(String namespace, String name, String uid) {

  /** The stream's id: the uid in 64 bits. */
  public StreamId streamId() {
    return StreamId.of(UUID.fromString(uid));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.consumer;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.answer.WireWriter;

/** Writes the members that describe a consumer. */
final class ConsumerMembers {
  private ConsumerMembers() {}

  static void write(
      WireWriter out, StreamLookup streams, StreamDefinition stream, ConsumerDefinition consumer) {
    out.text("ConsumerName", consumer.name());
    out.text("ConsumerARN", streams.consumerArn(stream, consumer));
    out.text("ConsumerStatus", consumer.status().name());
    out.timestamp("ConsumerCreationTimestamp", consumer.creationSecond() * 1000);
  }
}

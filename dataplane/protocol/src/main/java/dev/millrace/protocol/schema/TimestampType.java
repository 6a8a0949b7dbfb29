// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A point in time, to the millisecond: seconds with a fraction in JSON, milliseconds in CBOR. */
public final class TimestampType extends Type<Instant> {
  TimestampType() {
    super(List.of());
  }

  @Override
  Instant read(ValueReader in) throws IOException, MalformedValueException {
    return Instant.ofEpochMilli(in.epochMillis());
  }
}

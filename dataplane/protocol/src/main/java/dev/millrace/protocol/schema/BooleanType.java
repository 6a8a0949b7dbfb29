// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.io.IOException;
import java.util.List;

/** True or false. */
public final class BooleanType extends Type<Boolean> {
  BooleanType() {
    super(List.of());
  }

  @Override
  Boolean read(ValueReader in) throws IOException, MalformedValueException {
    return in.bool();
  }
}

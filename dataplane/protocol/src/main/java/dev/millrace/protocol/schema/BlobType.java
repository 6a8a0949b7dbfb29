// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import dev.millrace.protocol.Blob;
import java.io.IOException;
import java.util.List;

/** Bytes; lengths are those of the decoded bytes. */
public final class BlobType extends Type<Blob> {
  BlobType(int maxLength) {
    super(List.of(Constraint.lengthAtMost(maxLength, Blob::length)));
  }

  @Override
  Blob read(ValueReader in) throws IOException, MalformedValueException {
    return in.blob();
  }

  @Override
  boolean isPrinted(Blob value) {
    return false;
  }
}

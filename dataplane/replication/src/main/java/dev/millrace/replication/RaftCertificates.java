// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.nio.file.Path;
import java.time.Duration;

/**
 * By what a member proves itself to the others and knows them, as PEM files. They are read again
 * when they change, as a mounted Secret does; connections that stand keep what they began with.
 *
 * @param certificate the member's certificate chain, its own first
 * @param key its private key, PKCS#8
 * @param authorities the certificates of those whose members are let in: of the group's authority,
 *     and while it is replaced of both
 * @param interval between two looks at the files
 */
public record RaftCertificates(Path certificate, Path key, Path authorities, Duration interval) {
  public RaftCertificates {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("interval must be positive, found " + interval);
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * An object's claim on a stream name. Several objects of one namespace may claim the same name; the
 * operator and every gateway must give it to the same one, so both call {@link #holder}.
 *
 * <p>The object that already has the name keeps it, whatever the clocks say: its stream may hold
 * records. Otherwise the object that was created first gets it; of objects created in the same
 * second, the one with the lowest uid.
 *
 * @param objectName {@code metadata.name} of the object
 * @param uid its {@code metadata.uid}
 * @param creation its {@code metadata.creationTimestamp}, which has a resolution of one second
 * @param holdsName whether its own status says that it has the name ({@link StreamId#shown})
 */
public record StreamNameClaim(String objectName, String uid, Instant creation, boolean holdsName) {

  private static final Comparator<StreamNameClaim> PRECEDENCE =
      Comparator.comparing(StreamNameClaim::holdsName, Comparator.reverseOrder())
          .thenComparing(StreamNameClaim::creation)
          .thenComparing(StreamNameClaim::uid);

  /**
   * The claim that gets the name.
   *
   * @param claims all claims on one name in one namespace
   * @return empty when there are none
   */
  public static Optional<StreamNameClaim> holder(Collection<StreamNameClaim> claims) {
    return claims.stream().min(PRECEDENCE);
  }
}

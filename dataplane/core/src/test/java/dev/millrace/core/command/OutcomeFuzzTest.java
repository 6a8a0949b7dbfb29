// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** What the commands of an entry have come to. */
final class OutcomeFuzzTest extends DecoderFuzz {
  @Override
  protected List<byte[]> seeds() {
    return List.of(
        OutcomeFormat.encode(List.of()),
        OutcomeFormat.encode(
            List.of(
                new Outcome.Done(),
                new Outcome.Appended(17, 1_700_000_000_123L, List.of(0, 499)),
                new Outcome.SessionOpened(1L << 60),
                new Outcome.Replaced(5),
                new Outcome.NoSuchShard(),
                new Outcome.RevisionConflict(7),
                new Outcome.Repeated(),
                new Outcome.Sealed(1_700_000_000L),
                new Outcome.AppendedBefore(17, 1_700_000_000_123L, List.of(3)),
                new Outcome.OutsideWindow())));
  }

  @Override
  protected void decode(byte[] input) {
    List<Outcome> outcomes = OutcomeFormat.decode(ByteBuffer.wrap(input));
    assertThat(OutcomeFormat.decode(ByteBuffer.wrap(OutcomeFormat.encode(outcomes))))
        .isEqualTo(outcomes);
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(IllegalStateException.class);
  }
}

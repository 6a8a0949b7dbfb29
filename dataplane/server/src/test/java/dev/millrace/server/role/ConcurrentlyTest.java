// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConcurrentlyTest {
  @Test
  void noPartWaitsForAnother() throws IOException {
    CyclicBarrier all = new CyclicBarrier(3);
    Concurrently.forEach(List.of(1, 2, 3), part -> all.await(30, TimeUnit.SECONDS));
    assertThat(all.isBroken()).isFalse();
  }

  @Test
  void whenOnePartFailsTheOthersAreDoneNevertheless() {
    Set<Integer> done = ConcurrentHashMap.newKeySet();
    assertThatThrownBy(
            () ->
                Concurrently.forEach(
                    List.of(1, 2, 3),
                    part -> {
                      if (part == 1) {
                        throw new IOException("port 4569 is in use");
                      }
                      done.add(part);
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("port 4569 is in use");
    assertThat(done).containsExactlyInAnyOrder(2, 3);
  }
}

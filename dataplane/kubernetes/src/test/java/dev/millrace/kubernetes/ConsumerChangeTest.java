// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a call wants of a stream's consumers becomes the changes of the objects. */
class ConsumerChangeTest {
  private static final ConsumerDefinition FOUND =
      new ConsumerDefinition("c", 7, ConsumerStatus.ACTIVE, new TreeMap<>(), Optional.empty());

  private static List<ConsumerChange> change(ConsumerDefinition wanted) {
    return ConsumerChange.between(Map.of("c", FOUND), Map.of("c", wanted));
  }

  @Test
  void aNewConsumerIsRegistered() {
    assertThat(ConsumerChange.between(Map.of(), Map.of("c", FOUND)))
        .containsExactly(new ConsumerChange.Register(FOUND));
  }

  @Test
  void aConsumerThatIsGoingOrGoneIsDeregistered() {
    assertThat(change(FOUND.withStatus(ConsumerStatus.DELETING)))
        .containsExactly(new ConsumerChange.Deregister(FOUND));
    assertThat(ConsumerChange.between(Map.of("c", FOUND), Map.of()))
        .containsExactly(new ConsumerChange.Deregister(FOUND));
  }

  @Test
  void tagsAndPolicyAreEditedAndAStatusIsTheOperators() {
    ConsumerDefinition tagged = FOUND.withTags(new TreeMap<>(Map.of("team", "a")));
    ConsumerDefinition restricted = FOUND.withPolicy(Optional.of("{}"));
    assertThat(change(tagged)).containsExactly(new ConsumerChange.Redescribe(FOUND, tagged));
    assertThat(change(restricted))
        .containsExactly(new ConsumerChange.Redescribe(FOUND, restricted));
    assertThat(change(FOUND.withStatus(ConsumerStatus.CREATING))).isEmpty();
  }
}

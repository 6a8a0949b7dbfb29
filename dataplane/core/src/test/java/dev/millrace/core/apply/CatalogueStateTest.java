// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.CatalogueCommand;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The creation second of a name rises strictly, whatever the clock says. */
class CatalogueStateTest {
  private CatalogueState state = CatalogueState.EMPTY;

  private Outcome apply(CatalogueCommand command) {
    CatalogueState.CatalogueStep step = state.apply(command);
    state = step.state();
    return step.outcome();
  }

  private static StreamDefinition stream(String name, long second) {
    return StreamDefinition.creating(
        new StreamName(name),
        new StreamId(7),
        second,
        StreamSettings.of(StreamMode.PROVISIONED),
        2);
  }

  private long create(String name, long second) {
    assertThat(apply(new Command.CreateStream(stream(name, second))))
        .isInstanceOf(Outcome.Replaced.class);
    StreamDefinition made = entry(name).definition();
    assertThat(made.shards())
        .hasSize(2)
        .allMatch(shard -> shard.creationSecond() == made.creationSecond());
    return made.creationSecond();
  }

  private CatalogueEntry entry(String name) {
    return java.util.Objects.requireNonNull(state.streams().get(new StreamName(name)));
  }

  private void delete(String name, int remembered) {
    apply(new Command.DeleteStream(new StreamName(name), entry(name).revision(), remembered));
  }

  @Test
  void aNewNameGetsTheCurrentSecond() {
    assertThat(create("a", 100)).isEqualTo(100);
    delete("a", 10);
    assertThat(create("b", 100)).isEqualTo(100);
  }

  @Test
  void aNameThatIsReusedWithinTheSecondGetsALaterOne() {
    create("a", 100);
    delete("a", 10);
    assertThat(create("a", 100)).isEqualTo(101);
    delete("a", 10);
    assertThat(create("a", 50)).isEqualTo(102);
    delete("a", 10);
    assertThat(create("a", 1_000)).isEqualTo(1_000);
  }

  @Test
  void aNameInUseIsNotCreatedAgain() {
    create("a", 100);
    assertThat(apply(new Command.CreateStream(stream("a", 200))))
        .isEqualTo(new Outcome.RevisionConflict(1));
    assertThat(entry("a").definition().creationSecond()).isEqualTo(100);
  }

  @Test
  void theSecondRisesForEveryNameHoweverFewAreRemembered() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<String, Long> last = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      String name = "s" + random.nextInt(40);
      int remembered = 1 + random.nextInt(8);
      long second = create(name, 1_000 + random.nextInt(30));
      assertThat(second)
          .as("seed %d, stream %s", seed, name)
          .isGreaterThan(last.getOrDefault(name, 0L));
      last.put(name, second);
      delete(name, remembered);
      assertThat(state.former().lastSeconds()).hasSizeLessThanOrEqualTo(remembered);
    }
  }
}

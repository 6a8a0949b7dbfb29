// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The creation seconds of a name rise strictly, however many names there are. */
class CreationHistoryTest {
  /** Streams that are created again after more names than are kept were used. */
  private static final int AGAIN = 500;

  private static final StreamName ORDERS = new StreamName("orders");

  private static StreamId id(long bits) {
    return new StreamId(bits);
  }

  private static long second(CreationHistory history, StreamName name, StreamId id) {
    return history.secondOf(name.text(), id).orElseThrow();
  }

  @Test
  void anIncarnationGetsTheSecondItAsksForUnlessAnEarlierOneHadItOrALaterOne() {
    CreationHistory first = CreationHistory.EMPTY.with(ORDERS, id(1), 100);
    assertThat(second(first, ORDERS, id(1))).isEqualTo(100);
    CreationHistory again = first.with(ORDERS, id(2), 100);
    assertThat(second(again, ORDERS, id(2))).isEqualTo(101);
    assertThat(again.secondOf("orders", id(1))).isEmpty();
    assertThat(second(again.with(ORDERS, id(3), 40), ORDERS, id(3))).isEqualTo(102);
    assertThat(second(again.with(ORDERS, id(3), 500), ORDERS, id(3))).isEqualTo(500);
  }

  @Test
  void recordingAnIncarnationAgainChangesNothingUnlessItAsksForALaterSecond() {
    CreationHistory first = CreationHistory.EMPTY.with(ORDERS, id(1), 100);
    assertThat(first.with(ORDERS, id(1), 90)).isEqualTo(first);
    assertThat(second(first.with(ORDERS, id(1), 130), ORDERS, id(1))).isEqualTo(130);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void theSecondsOfANameRiseAlthoughNamesAreForgotten(long seed) {
    Random chance = new Random(seed);
    int names = CreationHistory.MOST_NAMES + 200;
    Map<StreamName, Long> latest = new HashMap<>();
    CreationHistory history = CreationHistory.EMPTY;
    for (int creation = 0; creation < names + AGAIN; creation++) {
      // In turn at first, so that the bound is reached; then any of them.
      int index = creation < names ? creation : chance.nextInt(names);
      StreamName name = new StreamName("stream-" + index);
      history = history.with(name, id(creation), 1_000 + chance.nextInt(50));
      long given = second(history, name, id(creation));
      assertThat(given).as("%s, created again", name).isGreaterThan(latest.getOrDefault(name, 0L));
      assertThat(history.streams()).hasSizeLessThanOrEqualTo(CreationHistory.MOST_NAMES);
      latest.put(name, given);
    }
  }

  @Test
  void theLargestHistoryFitsIntoAConfigMap() {
    CreationHistory history = CreationHistory.EMPTY;
    for (int index = 0; index < CreationHistory.MOST_NAMES; index++) {
      String name = "%128d".formatted(index).replace(' ', 'n');
      history = history.with(new StreamName(name), id(-1 - index), Long.MAX_VALUE / 4 + index);
    }
    String written = history.toConfigMap("team", Optional.empty()).getData().toString();
    assertThat(written.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1 << 20);
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    CreationHistory history =
        new CreationHistory(7, CreationHistory.EMPTY.streams())
            .with(ORDERS, id(1), 100)
            .with(new StreamName(".."), id(2), 101);
    ConfigMap written = history.toConfigMap("team", Optional.of("42"));
    assertThat(written.getMetadata().getResourceVersion()).isEqualTo("42");
    assertThat(written.getMetadata().getOwnerReferences()).isEmpty();
    assertThat(CreationHistory.of(written)).isEqualTo(history);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"format\":2,\"floor\":0,\"streams\":{}}",
        "{\"format\":1,\"floor\":0,\"streams\":{\"orders\":null}}",
        "{\"format\":1,\"floor\":0,\"streams\":{\"orders\":{\"second\":5}}}",
        "[",
        "null"
      })
  void aHistoryThatCannotBeReadIsNotTakenForAnEmptyOne(String text) {
    ConfigMap broken = CreationHistory.EMPTY.toConfigMap("team", Optional.empty());
    broken.setData(Map.of("history.json", text));
    assertThatThrownBy(() -> CreationHistory.of(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ConfigMap millrace-creation-history: key history.json");
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import static dev.millrace.e2e.checker.PlantedBug.drop;
import static dev.millrace.e2e.checker.PlantedBug.insertBefore;
import static dev.millrace.e2e.checker.PlantedBug.number;
import static dev.millrace.e2e.checker.PlantedBug.outcome;
import static dev.millrace.e2e.checker.PlantedBug.renumber;
import static dev.millrace.e2e.checker.PlantedBug.storedIn;
import static dev.millrace.e2e.checker.PlantedBug.swapLabels;
import static dev.millrace.e2e.checker.PlantedBug.swapPlaces;
import static dev.millrace.e2e.checker.PlantedBug.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.e2e.history.CallFormat;
import dev.millrace.e2e.history.LoggedCall;
import dev.millrace.e2e.history.LoggedCall.Delivery;
import dev.millrace.e2e.history.LoggedCall.ListedShard;
import dev.millrace.e2e.history.LoggedCall.Location;
import dev.millrace.e2e.history.LoggedCall.PolledRead;
import dev.millrace.e2e.history.LoggedCall.PushedEvent;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome;
import dev.millrace.e2e.history.LoggedCall.ReadRecord;
import dev.millrace.e2e.history.RecordLabel;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A sound history passes, and a fault that is planted in it makes the check of exactly the
 * invariant fail that it breaks.
 */
class HistoryCheckerTest {
  private static final long SEED = Long.getLong("millrace.checker.seed", new Random().nextLong());

  private final List<LoggedCall> sound = SoundHistory.of(SEED);

  /** Two puts to shard 0 by different producers for different keys, and no put between them. */
  private final PutCall earlier;

  private final PutCall later;

  HistoryCheckerTest() {
    List<PutCall> stored = storedIn(sound, "0");
    int place = stored.size() / 2;
    while (stored.get(place).who().equals(stored.get(place + 1).who())
        || stored.get(place).label().key().equals(stored.get(place + 1).label().key())) {
      place++;
    }
    earlier = stored.get(place);
    later = stored.get(place + 1);
  }

  @Test
  void aSoundHistoryPasses() {
    assertThat(HistoryChecker.check(sound).toString()).as("seed %d", SEED).isEmpty();
  }

  @Test
  void aHistoryIsTheSameAfterItWasWrittenAndRead() {
    List<LoggedCall> history = new ArrayList<>(sound);
    history.add(PlantedBug.failed());
    List<String> printed = new ArrayList<>(lines(history));
    printed.addFirst("WARNING: of the virtual machine");
    assertThat(CallFormat.parse(printed)).isEqualTo(history);
  }

  @Test
  void aLogThatLacksItsBeginningOrItsEndIsNotAHistory() {
    List<String> lines = lines(sound);
    assertThatThrownBy(() -> CallFormat.parse(lines.subList(1, lines.size())))
        .hasMessageContaining("not whole");
    assertThatThrownBy(() -> CallFormat.parse(lines.subList(0, lines.size() - 1)))
        .hasMessageContaining("not whole");
  }

  private static List<String> lines(List<LoggedCall> history) {
    return Stream.concat(
            history.stream().map(CallFormat::line), Stream.of(CallFormat.lastLine(history.size())))
        .toList();
  }

  @Test
  void aLostRecordIsFound() {
    assertFails(Invariant.I1_NO_LOSS, everywhere(drop(earlier.label())));
  }

  @Test
  void aRecordThatDisappearsAfterItWasReadIsFound() {
    RecordLabel unacknowledged =
        deliveries(LoggedCall.FINAL_READER)
            .flatMap(delivery -> delivery.records().stream())
            .map(ReadRecord::label)
            .filter(
                label -> Stream.of("0", "1", "2", "3").noneMatch(shard -> isStored(label, shard)))
            .findFirst()
            .orElseThrow();
    assertFails(
        Invariant.I1_NO_LOSS,
        PlantedBug.reads(sound, LoggedCall.FINAL_READER::equals, drop(unacknowledged)));
  }

  private boolean isStored(RecordLabel label, String shard) {
    return storedIn(sound, shard).stream().anyMatch(put -> put.label().equals(label));
  }

  @Test
  void anInventedRecordIsFound() {
    ReadRecord invented =
        new ReadRecord(number(earlier).subtract(BigInteger.ONE), new RecordLabel("p9", "k9", 1));
    assertFails(Invariant.I2_NO_PHANTOM, everywhere(insertBefore(earlier.label(), invented)));
  }

  @Test
  void aRefusedRecordThatIsThereIsFound() {
    assertFails(
        Invariant.I2_NO_PHANTOM,
        PlantedBug.puts(
            sound, outcome(earlier.label(), new PutOutcome.NotStored("LimitExceeded"))));
  }

  @Test
  void recordsOfAKeyInTheWrongOrderAreFoundAcrossAReshard() {
    RecordLabel next = storedIn(sound, "1").getFirst().label();
    RecordLabel last =
        storedIn(sound, "0").stream()
            .map(PutCall::label)
            .filter(label -> label.producer().equals(next.producer()))
            .filter(label -> label.key().equals(next.key()))
            .reduce((one, other) -> other)
            .orElseThrow();
    assertFails(
        Invariant.I3_KEY_ORDER,
        PlantedBug.puts(everywhere(swapLabels(last, next)), PlantedBug.relabel(last, next)));
  }

  @Test
  void swappedRecordsAreFound() {
    assertFails(
        Invariant.I4_ONE_RECORD_PER_NUMBER, everywhere(swapLabels(earlier.label(), later.label())));
  }

  @Test
  void anotherRecordForAnotherReaderIsFound() {
    assertFails(
        Invariant.I4_ONE_RECORD_PER_NUMBER,
        PlantedBug.reads(
            sound, SoundHistory.POLLER::equals, swapLabels(earlier.label(), later.label())));
  }

  @Test
  void aFallingSequenceNumberIsFound() {
    List<ReadRecord> together =
        deliveries(SoundHistory.POLLER)
            .filter(delivery -> delivery.shard().equals("0"))
            .map(Delivery::records)
            .filter(records -> records.size() == SoundHistory.READ_RECORDS)
            .filter(records -> !records.get(0).label().key().equals(records.get(1).label().key()))
            .findFirst()
            .orElseThrow();
    assertFails(
        Invariant.I5_RISING_NUMBERS,
        everywhere(swapPlaces(together.get(0).label(), together.get(1).label())));
  }

  @Test
  void aChildWhoseNumbersBeginBelowItsParentsIsFound() {
    PutCall first = storedIn(sound, "3").getFirst();
    BigInteger low = number(earlier).add(BigInteger.ONE);
    assertFails(
        Invariant.I5_RISING_NUMBERS,
        PlantedBug.puts(
            everywhere(renumber(first.label(), low)),
            outcome(first.label(), new PutOutcome.Stored(new Location("3", low)))));
  }

  @Test
  void aLowerNumberAfterAnAcknowledgementIsFound() {
    assertFails(
        Invariant.I6_ACKNOWLEDGEMENT_ORDER,
        PlantedBug.puts(sound, times(later.label(), earlier.start() - 2, earlier.start() - 1)));
  }

  @Test
  void aRecordThatIsThereTwiceIsFound() {
    ReadRecord again = new ReadRecord(number(earlier).subtract(BigInteger.ONE), earlier.label());
    assertFails(Invariant.I8_NO_DOUBLE, everywhere(insertBefore(earlier.label(), again)));
  }

  @Test
  void aGapAndARepeatInAReadAreFound() {
    ReadRecord read = new ReadRecord(number(earlier), earlier.label());
    assertFails(
        Invariant.I9_READS_WITHOUT_GAPS,
        PlantedBug.reads(sound, SoundHistory.POLLER::equals, drop(earlier.label())));
    assertFails(
        Invariant.I9_READS_WITHOUT_GAPS,
        PlantedBug.reads(sound, SoundHistory.POLLER::equals, insertBefore(earlier.label(), read)));
  }

  @Test
  void aReaderThatIsWronglyToldToBeAtTheTipIsFound() {
    Delivery first = deliveries(SoundHistory.POLLER).findFirst().orElseThrow();
    assertFails(
        Invariant.I9_READS_WITHOUT_GAPS,
        replace(
            first,
            new PolledRead(
                first.who(),
                first.start(),
                first.end(),
                first.shard(),
                0,
                first.ended(),
                first.records())));
  }

  @Test
  void aShardThatEndsBeforeItsLastRecordForAReaderIsFound() {
    Delivery beforeEnd =
        deliveries(SoundHistory.POLLER)
            .filter(delivery -> delivery.shard().equals("0") && !delivery.records().isEmpty())
            .reduce((one, next) -> next)
            .orElseThrow();
    RecordLabel last = beforeEnd.records().getLast().label();
    FoundViolations found =
        HistoryChecker.check(PlantedBug.reads(sound, SoundHistory.POLLER::equals, drop(last)));
    assertThat(found.invariants()).containsExactly(Invariant.I9_READS_WITHOUT_GAPS);
    assertThat(found.toString()).contains("ends after");
  }

  @Test
  void aGapAndARepeatInASubscriptionAreFound() {
    ReadRecord read = new ReadRecord(number(earlier), earlier.label());
    assertFails(
        Invariant.I10_EVENTS_WITHOUT_GAPS,
        PlantedBug.reads(sound, SoundHistory.SUBSCRIBER::equals, drop(earlier.label())));
    assertFails(
        Invariant.I10_EVENTS_WITHOUT_GAPS,
        PlantedBug.reads(
            sound, SoundHistory.SUBSCRIBER::equals, insertBefore(earlier.label(), read)));
  }

  @Test
  void aContinuationBeforeTheLastRecordIsFound() {
    PushedEvent first = (PushedEvent) deliveries(SoundHistory.SUBSCRIBER).findFirst().orElseThrow();
    assertFails(
        Invariant.I10_EVENTS_WITHOUT_GAPS,
        replace(
            first,
            new PushedEvent(
                first.who(),
                first.start(),
                first.end(),
                first.shard(),
                Optional.of(first.records().getFirst().sequenceNumber()),
                first.millisBehind(),
                first.ended(),
                first.records())));
  }

  @Test
  void aParentThatAcceptsARecordAfterItsChildIsFound() {
    PutCall last = storedIn(sound, "0").getLast();
    PutCall child =
        Stream.concat(storedIn(sound, "1").stream(), storedIn(sound, "2").stream())
            .reduce((one, other) -> one.end() < other.end() ? one : other)
            .orElseThrow();
    assertFails(
        Invariant.I11_RESHARD,
        PlantedBug.puts(sound, times(last.label(), child.end() + 1, child.end() + 2)));
  }

  @Test
  void hashKeysOfNoOpenShardOrOfTwoAreFound() {
    assertFails(
        Invariant.I11_RESHARD,
        PlantedBug.listings(
            sound,
            shards -> {
              shards.removeIf(shard -> shards.size() == 3 && shard.shard().equals("2"));
              return shards;
            }));
    assertFails(
        Invariant.I11_RESHARD,
        PlantedBug.listings(
            sound,
            shards -> {
              shards.replaceAll(shard -> shard.shard().equals("0") ? opened(shard) : shard);
              return shards;
            }));
  }

  private static ListedShard opened(ListedShard shard) {
    return new ListedShard(
        shard.shard(), shard.startingHashKey(), shard.endingHashKey(), true, shard.parents());
  }

  @Test
  void aRecordInAShardOfOtherHashKeysIsFound() {
    BigInteger boundary =
        Stream.concat(storedIn(sound, "1").stream(), storedIn(sound, "2").stream())
            .map(put -> ReshardChecks.hashKey(put.label().key()))
            .max(BigInteger::compareTo)
            .orElseThrow();
    assertFails(
        Invariant.I11_RESHARD,
        PlantedBug.listings(
            sound,
            shards -> {
              shards.replaceAll(
                  shard ->
                      switch (shard.shard()) {
                        case "1" -> withRange(shard, shard.startingHashKey(), boundary);
                        case "2" ->
                            withRange(shard, boundary.add(BigInteger.ONE), shard.endingHashKey());
                        default -> shard;
                      });
              return shards;
            }));
  }

  private static ListedShard withRange(ListedShard shard, BigInteger from, BigInteger to) {
    return new ListedShard(shard.shard(), from, to, shard.open(), shard.parents());
  }

  @Test
  void anEndOfAShardThatNamesOtherChildrenIsFound() {
    Delivery end =
        deliveries(SoundHistory.POLLER)
            .filter(delivery -> delivery.ended().isPresent())
            .findFirst()
            .orElseThrow();
    assertFails(
        Invariant.I11_RESHARD,
        replace(
            end,
            new PolledRead(
                end.who(),
                end.start(),
                end.end(),
                end.shard(),
                end.millisBehind(),
                Optional.of(List.of("1")),
                end.records())));
  }

  @Test
  void aReaderThatIsNotToldTheEndOfAClosedShardIsFound() {
    PolledRead end =
        deliveries(LoggedCall.FINAL_READER)
            .map(PolledRead.class::cast)
            .filter(delivery -> delivery.ended().isPresent())
            .findFirst()
            .orElseThrow();
    assertFails(
        Invariant.I11_RESHARD,
        replace(
            end,
            new PolledRead(
                end.who(),
                end.start(),
                end.end(),
                end.shard(),
                end.millisBehind(),
                Optional.empty(),
                end.records())));
  }

  private List<LoggedCall> everywhere(UnaryOperator<List<ReadRecord>> change) {
    return PlantedBug.reads(sound, who -> true, change);
  }

  private List<LoggedCall> replace(LoggedCall one, LoggedCall other) {
    return sound.stream().map(call -> call.equals(one) ? other : call).toList();
  }

  private Stream<Delivery> deliveries(String who) {
    return sound.stream()
        .filter(Delivery.class::isInstance)
        .map(Delivery.class::cast)
        .filter(delivery -> delivery.who().equals(who));
  }

  private static void assertFails(Invariant invariant, List<LoggedCall> history) {
    FoundViolations found = HistoryChecker.check(history);
    assertThat(found.invariants()).as("seed %d: %s", SEED, found).containsExactly(invariant);
  }
}

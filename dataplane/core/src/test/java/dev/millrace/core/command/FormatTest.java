// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.AccountSettings;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamFormat;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamPlanner;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is written to the log can be read by this build and by later ones. */
public class FormatTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(0x1234), new ShardId(3));
  private static final StreamDefinition STREAM =
      StreamDefinition.creating(
          new StreamName("orders"),
          new StreamId(7),
          1_700_000_000L,
          StreamSettings.of(StreamMode.PROVISIONED).withTags(new TreeMap<>(Map.of("team", "blue"))),
          3);

  private static RecordBatch records() {
    return new RecordBatch.Builder(16)
        .add("a".getBytes(UTF_8), "first".getBytes(UTF_8), 0, 5)
        .add(new byte[0], new byte[300], 100, 150)
        .build();
  }

  private static RecordBatch encrypted() {
    return new RecordBatch(2, ByteBuffer.wrap(new byte[] {0x0C, 0x0D}))
        .with(
            new RecordProtection.Encrypted(
                new WrappedKey("alias/k", ByteBuffer.wrap(new byte[] {1, 2, 3}))));
  }

  /** A stream with every member set, during its second reshard. */
  public static StreamDefinition changing() {
    StreamDefinition rich =
        STREAM
            .withStatus(StreamStatus.ACTIVE)
            .withConsumer(
                new ConsumerDefinition(
                    "c",
                    1_700_000_001L,
                    ConsumerStatus.ACTIVE,
                    new TreeMap<>(Map.of("a", "b")),
                    Optional.of("{}")))
            .withSettings(
                StreamSettings.of(StreamMode.ON_DEMAND)
                    .withShardLevelMetrics(new TreeSet<>(List.of("IncomingBytes")))
                    .withKeyId(Optional.of("alias/k"))
                    .withDistribution(RecordDistribution.AUTO)
                    .withWarmThroughput(Optional.of(100))
                    .withPolicy(Optional.of("{}")));
    StreamDefinition once = resharded(rich, 4);
    StreamDefinition begun = begun(once, 2);
    return StreamPlanner.plan(begun).orElseThrow().after().apply(seconds(begun)).orElseThrow();
  }

  private static StreamDefinition begun(StreamDefinition stream, int count) {
    return stream.withReshard(
        Reshard.of(ReshardPlanner.toCount(stream.shape(), count).orElseThrow()));
  }

  private static Map<ShardId, Long> seconds(StreamDefinition begun) {
    Map<ShardId, Long> seconds = new TreeMap<>();
    begun
        .reshard()
        .orElseThrow()
        .lineage()
        .closing()
        .forEach(id -> seconds.put(id, 1_700_000_100L));
    return seconds;
  }

  private static StreamDefinition resharded(StreamDefinition stream, int count) {
    StreamDefinition is = begun(stream, count);
    is = StreamPlanner.plan(is).orElseThrow().after().apply(seconds(is)).orElseThrow();
    return StreamPlanner.plan(is).orElseThrow().after().apply(Map.of()).orElseThrow();
  }

  @Test
  void aStreamOfTheFirstVersionIsReadWithDefaults() {
    FormatWriter first = new FormatWriter(256);
    first
        .u8(1)
        .text("orders")
        .i64(7)
        .i64(1_700_000_000L)
        .text("CREATING")
        .text("PROVISIONED")
        .varint(24)
        .varint(1024)
        .varint(1)
        .text("team")
        .text("blue")
        .varint(3);
    for (ShardDefinition shard : STREAM.shards()) {
      first.varint(shard.id().index());
      StreamFormat.writeRange(first, shard.range());
      StreamFormat.writeParents(first, shard.parents());
      first.i64(shard.creationSecond());
    }
    FormatReader in = new FormatReader("stream", first.toByteBuffer());
    assertThat(StreamFormat.read(in)).isEqualTo(STREAM);
    in.end();
  }

  static List<Command> everyCommand() {
    return List.of(
        new Command.OpenShard(
            SHARD, HashKeyRange.uniform(3).get(1), List.of(new ShardId(1)), 1_700_000_000L),
        new Command.AppendRecords(
            SHARD, 1_700_000_000_123L, BatchNumber.NONE, List.of(), records()),
        new Command.AppendRecords(
            SHARD, 1_700_000_000_123L, new BatchNumber(7, 9, 3), List.of(0, 499), records()),
        new Command.AppendRecords(
            SHARD, 1_700_000_000_123L, new BatchNumber(7, 9, 3), List.of(1), encrypted()),
        new Command.OpenSession(SHARD, 1L << 60, 128),
        new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L, false),
        new Command.RenewState(SHARD),
        new Command.RenewState(SHARD, Optional.of(new StateRowDigest(1L << 40, 77, 0xFFFF_FFFFL))),
        new Command.RenewState(SHARD, Optional.of(new StateRowDigest(3, 0, -1))),
        new Command.CreateStream(STREAM),
        new Command.DeleteStream(new StreamName("orders"), 4, 1024),
        new Command.ReplaceStream(new StreamName("orders"), 4, Optional.of(STREAM)),
        new Command.ReplaceStream(new StreamName("orders"), 5, Optional.empty()),
        new Command.ReplaceStream(new StreamName("orders"), 6, Optional.of(changing())),
        new Command.ReplaceAccount(AccountSettings.NONE),
        new Command.ReplaceAccount(AccountSettings.NONE.enabled(Instant.ofEpochSecond(5))),
        new Command.SealShard(SHARD, 1_700_000_000L),
        new Command.SealShard(SHARD, 1_700_000_000L, Optional.of("a plan: ä")),
        new Command.TrimShard(SHARD, 17),
        new Command.DropShard(SHARD));
  }

  @Test
  void everyCommandIsReadBack() {
    assertThat(LogEntryFormat.decode(LogEntryFormat.encode(everyCommand())))
        .isEqualTo(everyCommand());
  }

  @Test
  void theFirstVersionStaysReadable() {
    ByteBuffer golden =
        ByteBuffer.wrap(HexFormat.of().parseHex("0101" + "03" + "0000000000001234" + "03"));
    assertThat(LogEntryFormat.decode(golden)).containsExactly(new Command.DropShard(SHARD));
  }

  @Test
  void recordsOfTheFirstVersionAreReadAsABatchWithoutANumber() {
    FormatWriter first = new FormatWriter(128);
    first.u8(1).varint(1).u8(2).i64(0x1234).varint(3).i64(1_700_000_000_123L).u8(0);
    first.i64(0).i64(0).i64(0);
    first.varint(2).varint(records().sizeBytes()).raw(records().payload());
    assertThat(LogEntryFormat.decode(first.toByteBuffer()))
        .containsExactly(
            new Command.AppendRecords(
                SHARD, 1_700_000_000_123L, BatchNumber.NONE, List.of(), records()));
  }

  @Test
  void theFourthVersionIsReadWithoutADigest() {
    ByteBuffer golden =
        ByteBuffer.wrap(
            HexFormat.of()
                .parseHex(
                    "0402"
                        + "01"
                        + "0000000000001234"
                        + "03"
                        + "0".repeat(32)
                        + "f".repeat(32)
                        + "00"
                        + "000000006553f100"
                        + "09"
                        + "0000000000001234"
                        + "03"));
    assertThat(LogEntryFormat.decode(golden))
        .containsExactly(
            new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L, false),
            new Command.RenewState(SHARD));
  }

  @Test
  void whatTheFirstLevelDoesNotKnowIsLeftOutOfItsEntries() {
    List<Command> newest =
        List.of(
            new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L),
            new Command.RenewState(
                SHARD, Optional.of(new StateRowDigest(0x55, 0x44, 0xDEADBEEFL))));
    ByteBuffer entry = LogEntryFormat.encode(newest, FeatureLevel.VERSION_4);
    assertThat(entry.get(entry.position())).isEqualTo((byte) 4);
    assertThat(LogEntryFormat.decode(entry))
        .containsExactly(
            new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L, false),
            new Command.RenewState(SHARD));
  }

  @Test
  void aLevelThatThisBuildDoesNotKnowIncludesItsOwn() {
    assertThat(FeatureLevel.reading(7)).isEqualTo(FeatureLevel.NEWEST);
    assertThat(FeatureLevel.reading(4)).isEqualTo(FeatureLevel.VERSION_4);
  }

  @Test
  void theBytesOfTheFifthVersionStay() {
    List<Command> commands =
        List.of(
            new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L),
            new Command.RenewState(SHARD),
            new Command.RenewState(
                SHARD, Optional.of(new StateRowDigest(0x55, 0x44, 0xDEADBEEFL))));
    String shard = "0000000000001234" + "03";
    assertThat(
            HexFormat.of()
                .formatHex(bytes(LogEntryFormat.encode(commands, FeatureLevel.LARGE_ENTRIES))))
        .isEqualTo(
            "0503"
                + ("01"
                    + shard
                    + "0".repeat(32)
                    + "f".repeat(32)
                    + "00"
                    + "000000006553f100"
                    + "01")
                + ("09" + shard + "00")
                + ("09" + shard + "01")
                + ("0000000000000055" + "0000000000000044" + "00000000deadbeef"));
  }

  @Test
  void theBytesOfTheSixthVersionStay() {
    Command append =
        new Command.AppendRecords(
            SHARD, 1_700_000_000_123L, new BatchNumber(7, 9, 3), List.of(), encrypted());
    assertThat(HexFormat.of().formatHex(bytes(LogEntryFormat.encode(List.of(append)))))
        .isEqualTo(
            "0601"
                + ("02" + "0000000000001234" + "03" + "0000018bcfe5687b")
                + ("01" + "07" + "616c6961732f6b" + "03" + "010203")
                + ("0000000000000007" + "0000000000000009" + "0000000000000003")
                + ("00" + "02" + "02" + "0c0d"));
  }

  @Test
  void recordsThatAreToBeEncryptedAreNeverWrittenInTheClear() {
    Command append =
        new Command.AppendRecords(
            SHARD,
            1,
            BatchNumber.NONE,
            List.of(),
            records().with(new RecordProtection.Requested("alias/k")));
    assertThatThrownBy(() -> LogEntryFormat.encode(List.of(append)))
        .hasMessageContaining("alias/k were about to be stored in the clear");
  }

  @Test
  void encryptedRecordsAreNotWrittenForMembersThatCannotReadThem() {
    Command append = new Command.AppendRecords(SHARD, 1, BatchNumber.NONE, List.of(), encrypted());
    assertThatThrownBy(() -> LogEntryFormat.encode(List.of(append), FeatureLevel.LARGE_ENTRIES))
        .hasMessageContaining("an entry of version 5");
  }

  @Test
  void anEarlierVersionHoldsNoEncryptedRecords() {
    ByteBuffer entry =
        LogEntryFormat.encode(
            List.of(new Command.AppendRecords(SHARD, 1, BatchNumber.NONE, List.of(), encrypted())));
    entry.put(entry.position(), (byte) 5);
    assertThatThrownBy(() -> LogEntryFormat.decode(entry))
        .hasMessageContaining("unknown encryption 1");
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Test
  void aNewerVersionIsRejected() {
    ByteBuffer entry = LogEntryFormat.encode(everyCommand());
    entry.put(entry.position(), (byte) 7);
    assertThatThrownBy(() -> LogEntryFormat.decode(entry))
        .hasMessageContaining("log entry has format version 7, this build reads 1 to 6");
  }

  @Test
  void aTruncatedEntryIsRejected() {
    ByteBuffer entry = LogEntryFormat.encode(everyCommand());
    for (int length = 0; length < entry.remaining(); length++) {
      ByteBuffer cut = entry.slice(entry.position(), length);
      assertThatThrownBy(() -> LogEntryFormat.decode(cut))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void theSizeOfACommandIsNeverUnderestimated() {
    for (Command command : everyCommand()) {
      assertThat(LogEntryFormat.encode(List.of(command)).remaining())
          .isLessThanOrEqualTo(LogEntryFormat.sizeBytes(command) + LogEntryFormat.OVERHEAD_BYTES);
    }
  }

  @Test
  void everyOutcomeIsReadBack() {
    List<Outcome> outcomes =
        List.of(
            new Outcome.Done(),
            new Outcome.Appended(5, 1_700_000_000_123L),
            new Outcome.Appended(5, 1_700_000_000_123L, List.of(1, 2)),
            new Outcome.SessionOpened(77),
            new Outcome.AppendedBefore(5, 1_700_000_000_123L, List.of(0, 499)),
            new Outcome.OutsideWindow(),
            new Outcome.Replaced(3),
            new Outcome.NoSuchShard(),
            new Outcome.RevisionConflict(2),
            new Outcome.Repeated(),
            new Outcome.Sealed(1_700_000_000L));
    assertThat(OutcomeFormat.decode(ByteBuffer.wrap(OutcomeFormat.encode(outcomes))))
        .isEqualTo(outcomes);
  }

  @Test
  void bytesThatEndEarlySayWhatTheyAreAndWhatIsMissing() {
    assertThatThrownBy(() -> LogEntryFormat.decode(ByteBuffer.wrap(new byte[] {5})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("log entry ends inside a length");
    assertThatThrownBy(() -> LogEntryFormat.decode(ByteBuffer.wrap(new byte[] {5, 1, 3, 0, 0})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("log entry ends where 8 bytes follow, found 2");
  }

  @Test
  void damagedTextsOfTheCatalogueAreNamed() {
    FormatWriter noTime = new FormatWriter(16).u8(2).u8(1).text("yesterday").u8(0);
    assertThatThrownBy(
            () -> StreamFormat.readAccount(new FormatReader("account", noTime.toByteBuffer())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("account settings have no time: 'yesterday'");
  }

  /** An array for the records of a damaged count would take all memory. */
  @Test
  void aDamagedNumberOfRecordsIsNotBelieved() {
    RecordBatch damaged = new RecordBatch(Integer.MAX_VALUE, records().payload());
    assertThat(damaged.isWellFormed()).isFalse();
    assertThatThrownBy(damaged::entries)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("record batch of 2147483647 records ends after 2 of them");
  }
}

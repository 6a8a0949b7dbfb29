// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static dev.millrace.server.role.TestingStandalone.base64;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records are written and read as by the service, including its error messages. */
class RecordsTest {
  @TempDir private Path folder;
  private TestingStandalone millrace;

  @BeforeEach
  void start() throws Exception {
    millrace = new TestingStandalone(folder.resolve("data"));
    millrace.ok("CreateStream", "{'StreamName':'s','ShardCount':2}");
  }

  @AfterEach
  void stop() throws Exception {
    millrace.close();
  }

  private String put(String text) throws Exception {
    return millrace
        .ok("PutRecord", "{'StreamName':'s','PartitionKey':'a','Data':'%s'}", base64(text))
        .getString("SequenceNumber");
  }

  private static String texts(JsonArray records) {
    return records.stream()
        .map(record -> new String(((JsonObject) record).getBinary("Data"), UTF_8))
        .collect(Collectors.joining(","));
  }

  private String read(String type) throws Exception {
    return texts(millrace.records(millrace.iterator("s", 0, type)));
  }

  @Test
  void allFiveKindsOfIteratorsBeginWhereTheyShould() throws Exception {
    put("one");
    millrace.pass(Duration.ofSeconds(10));
    String second = put("two");
    double secondTime = millrace.now().toEpochMilli() / 1000.0;
    millrace.pass(Duration.ofSeconds(10));
    put("three");
    String latest = millrace.iterator("s", 0, "'LATEST'");
    put("four");
    assertThat(read("'TRIM_HORIZON'")).isEqualTo("one,two,three,four");
    assertThat(read("'AT_SEQUENCE_NUMBER','StartingSequenceNumber':'" + second + "'"))
        .isEqualTo("two,three,four");
    assertThat(read("'AFTER_SEQUENCE_NUMBER','StartingSequenceNumber':'" + second + "'"))
        .isEqualTo("three,four");
    assertThat(read("'AT_TIMESTAMP','Timestamp':" + secondTime)).isEqualTo("two,three,four");
    assertThat(read("'AT_TIMESTAMP','Timestamp':" + (secondTime + 0.001))).isEqualTo("three,four");
    assertThat(read("'AT_TIMESTAMP','Timestamp':1")).isEqualTo("one,two,three,four");
    assertThat(texts(millrace.records(latest))).isEqualTo("four");
  }

  @Test
  void aCheckpointOfADeletedStreamIsRejectedByTheNextStreamOfItsName() throws Exception {
    String old = put("old");
    put("old");
    for (Duration clock : List.of(Duration.ZERO, Duration.ofSeconds(-4))) {
      millrace.pass(clock);
      millrace.ok("DeleteStream", "{'StreamName':'s'}");
      millrace.ok("CreateStream", "{'StreamName':'s','ShardCount':2}");
      String fresh = put("new");
      assertThat(new BigInteger(fresh)).isGreaterThan(new BigInteger(old));
      millrace.ok(
          "PutRecord",
          "{'StreamName':'s','PartitionKey':'a','Data':'','SequenceNumberForOrdering':'%s'}",
          fresh);
      assertThat(
              millrace.refused(
                  "GetShardIterator",
                  "{'StreamName':'s','ShardId':'0','ShardIteratorType':'AFTER_SEQUENCE_NUMBER','StartingSequenceNumber':'%s'}",
                  old))
          .startsWith("InvalidArgumentException: StartingSequenceNumber " + old)
          .endsWith("because it did not come from this stream.");
      old = fresh;
    }
  }

  @Test
  void aRecordComesBackAsItWentIn() throws Exception {
    String number = put("hello");
    JsonObject record =
        millrace.records(millrace.iterator("s", 0, "'TRIM_HORIZON'")).getJsonObject(0);
    assertThat(record.getString("SequenceNumber")).isEqualTo(number);
    assertThat(record.getString("PartitionKey")).isEqualTo("a");
    assertThat(record.getDouble("ApproximateArrivalTimestamp")).isEqualTo(1_700_000_000.0);
    assertThat(record.containsKey("EncryptionType")).isFalse();
  }

  @Test
  void putsSayNothingOfEncryptionWhileNothingIsEncrypted() throws Exception {
    String entry = "'PartitionKey':'a','Data':''";
    assertThat(millrace.ok("PutRecord", "{'StreamName':'s'," + entry + "}").fieldNames())
        .containsExactlyInAnyOrder("ShardId", "SequenceNumber");
    assertThat(
            millrace
                .ok("PutRecords", "{'StreamName':'s','Records':[{" + entry + "}]}")
                .fieldNames())
        .containsExactlyInAnyOrder("Records", "FailedRecordCount");
  }

  /** Clients match results with entries by their index. */
  @Test
  void putRecordsWithANullEntryIsRefusedAndNothingIsWritten() throws Exception {
    String entry = "{'PartitionKey':'a','Data':''}";
    assertThat(
            millrace.refused(
                "PutRecords", "{'StreamName':'s','Records':[%s,null,%s]}", entry, entry))
        .isEqualTo(
            "ValidationException: 1 validation error detected: Value null at 'records.2.member'"
                + " failed to satisfy constraint: Member must not be null");
    assertThat(read("'TRIM_HORIZON'")).isEmpty();
  }

  @Test
  void aPartitionKeyThatIsNotUnicodeIsRefusedAndNothingIsWritten() throws Exception {
    assertThat(
            millrace.refused(
                "PutRecord", "{'StreamName':'s','PartitionKey':'a\\ud800','Data':'','More':1}"))
        .startsWith("SerializationException");
    assertThat(read("'TRIM_HORIZON'")).isEmpty();
    millrace.ok("PutRecord", "{'StreamName':'s','PartitionKey':'\\u0000😀','Data':''}");
    assertThat(IntStream.range(0, 2).mapToObj(shard -> keys(shard)).collect(Collectors.joining()))
        .isEqualTo("\u0000😀");
  }

  private String keys(int shard) {
    try {
      return millrace.records(millrace.iterator("s", shard, "'TRIM_HORIZON'")).stream()
          .map(record -> ((JsonObject) record).getString("PartitionKey"))
          .collect(Collectors.joining(","));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** What {@code aws kinesis get-shard-iterator --query ShardIterator} prints has quotes. */
  @Test
  void iteratorsAndPageTokensAreTakenWithTheQuotesOfTheCli() throws Exception {
    put("one");
    String iterator = millrace.iterator("s", 0, "'TRIM_HORIZON'");
    JsonObject quoted = new JsonObject().put("ShardIterator", '"' + iterator + '"');
    JsonObject answer = millrace.call("GetRecords", quoted.encode()).body();
    assertThat(texts(answer.getJsonArray("Records"))).isEqualTo("one");
    String token =
        millrace.ok("ListShards", "{'StreamName':'s','MaxResults':1}").getString("NextToken");
    JsonObject page = new JsonObject().put("NextToken", '"' + token + '"');
    assertThat(millrace.call("ListShards", page.encode()).body().getJsonArray("Shards")).hasSize(1);
  }

  /** Each gateway has its own clock. */
  @Test
  void whatAFrontWhoseClockIsAheadHasIssuedIsTakenWithinFiveSeconds() throws Exception {
    millrace.pass(Duration.ofSeconds(10));
    String number = put("one");
    String iterator = millrace.iterator("s", 0, "'TRIM_HORIZON'");
    String token =
        millrace.ok("ListShards", "{'StreamName':'s','MaxResults':1}").getString("NextToken");
    String ordered =
        "{'StreamName':'s','PartitionKey':'a','Data':'','DryRun':true,"
            + "'SequenceNumberForOrdering':'"
            + number
            + "'}";
    millrace.jump(Duration.ofSeconds(-5));
    assertThat(texts(millrace.records(iterator))).isEqualTo("one");
    millrace.ok("ListShards", "{'NextToken':'%s'}", token);
    assertThat(millrace.refused("PutRecord", ordered)).startsWith("DryRunOperationException");
    millrace.jump(Duration.ofMillis(-1));
    assertThat(millrace.refused("GetRecords", "{'ShardIterator':'%s'}", iterator))
        .isEqualTo("InvalidArgumentException: Invalid ShardIterator.");
    assertThat(millrace.refused("ListShards", "{'NextToken':'%s'}", token))
        .isEqualTo("InvalidArgumentException: Invalid NextToken.");
    millrace.jump(Duration.ofMillis(-999));
    assertThat(millrace.refused("PutRecord", ordered)).startsWith("InvalidArgumentException");
  }

  @Test
  void theSequenceNumberZeroIsBeforeEveryRecord() throws Exception {
    put("one");
    put("two");
    for (String type : new String[] {"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"}) {
      assertThat(read("'" + type + "','StartingSequenceNumber':'0'")).isEqualTo("one,two");
    }
  }

  @Test
  void readingGoesOnWithTheNextIteratorAndSaysHowFarBehindItIs() throws Exception {
    put("one");
    millrace.pass(Duration.ofSeconds(7));
    put("two");
    millrace.pass(Duration.ofSeconds(5));
    JsonObject first =
        millrace.ok(
            "GetRecords",
            "{'ShardIterator':'%s','Limit':1}",
            millrace.iterator("s", 0, "'TRIM_HORIZON'"));
    assertThat(texts(first.getJsonArray("Records"))).isEqualTo("one");
    assertThat(first.getLong("MillisBehindLatest")).isEqualTo(12_000);
    JsonObject second =
        millrace.ok("GetRecords", "{'ShardIterator':'%s'}", first.getString("NextShardIterator"));
    assertThat(texts(second.getJsonArray("Records"))).isEqualTo("two");
    assertThat(second.getLong("MillisBehindLatest")).isZero();
    JsonObject third =
        millrace.ok("GetRecords", "{'ShardIterator':'%s'}", second.getString("NextShardIterator"));
    assertThat(third.getJsonArray("Records")).isEmpty();
    assertThat(third.getString("NextShardIterator")).isNotNull();
  }

  @Test
  void anIteratorMayBeUsedAgainAndLivesFiveMinutes() throws Exception {
    put("one");
    String iterator = millrace.iterator("s", 0, "'TRIM_HORIZON'");
    assertThat(texts(millrace.records(iterator))).isEqualTo("one");
    millrace.pass(Duration.ofMinutes(5));
    assertThat(texts(millrace.records(iterator))).isEqualTo("one");
    millrace.pass(Duration.ofSeconds(1));
    assertThat(millrace.refused("GetRecords", "{'ShardIterator':'%s'}", iterator))
        .isEqualTo(
            "ExpiredIteratorException: Iterator expired. The iterator was created at time Tue Nov 14"
                + " 22:13:20 UTC 2023 while right now it is Tue Nov 14 22:18:21 UTC 2023 which is"
                + " further in the future than the tolerated delay of 300000 milliseconds.");
  }

  @Test
  void putRecordsAnswersEachRecordInTheOrderOfTheRequest() throws Exception {
    String records =
        IntStream.range(0, 500)
            .mapToObj(i -> "{'PartitionKey':'key-%d','Data':'%s'}".formatted(i, base64("r" + i)))
            .collect(Collectors.joining(","));
    JsonObject answer = millrace.ok("PutRecords", "{'StreamName':'s','Records':[%s]}", records);
    assertThat(answer.getInteger("FailedRecordCount")).isZero();
    assertThat(answer.getJsonArray("Records")).hasSize(500);
    for (int shard = 0; shard < 2; shard++) {
      JsonArray stored = millrace.records(millrace.iterator("s", shard, "'TRIM_HORIZON'"));
      for (Object each : stored) {
        JsonObject record = (JsonObject) each;
        int place = Integer.parseInt(new String(record.getBinary("Data"), UTF_8).substring(1));
        JsonObject result = answer.getJsonArray("Records").getJsonObject(place);
        assertThat(result.getString("SequenceNumber"))
            .isEqualTo(record.getString("SequenceNumber"));
        assertThat(result.getString("ShardId")).isEqualTo("shardId-00000000000" + shard);
      }
    }
  }

  @Test
  void aClockThatFallsDoesNotTakeArrivalTimesBack() throws Exception {
    put("one");
    millrace.pass(Duration.ofDays(-30));
    String number = put("two");
    millrace.pass(Duration.ofDays(30));
    JsonArray records = millrace.records(millrace.iterator("s", 0, "'TRIM_HORIZON'"));
    assertThat(records.getJsonObject(1).getString("SequenceNumber")).isEqualTo(number);
    assertThat(records.getJsonObject(1).getDouble("ApproximateArrivalTimestamp"))
        .isEqualTo(1_700_000_000.0);
  }

  @Test
  void anExplicitHashKeyDecidesTheShard() throws Exception {
    JsonObject answer =
        millrace.ok(
            "PutRecord",
            "{'StreamName':'s','PartitionKey':'a','Data':'','ExplicitHashKey':'%s'}",
            "340282366920938463463374607431768211455");
    assertThat(answer.getString("ShardId")).isEqualTo("shardId-000000000001");
  }

  @Test
  void aRecordAboveTheStreamsLimitIsRefusedAndOneAtItIsNot() throws Exception {
    String oneByteKeyFits = base64("x".repeat((1 << 20) - 1));
    millrace.ok("PutRecord", "{'StreamName':'s','PartitionKey':'a','Data':'%s'}", oneByteKeyFits);
    assertThat(
            millrace.refused(
                "PutRecord", "{'StreamName':'s','PartitionKey':'ab','Data':'%s'}", oneByteKeyFits))
        .isEqualTo(
            "ValidationException: 1 validation error detected: Value at 'data' failed to"
                + " satisfy constraint: Member must have length less than or equal to 1048576");
  }

  @Test
  void aRequestThatIsTooLargeIsToldSoBeforeARecordThatIs() throws Exception {
    String record =
        "{'PartitionKey':'ab','Data':'%s'}".formatted(base64("x".repeat((1 << 20) - 1)));
    assertThat(
            millrace.refused(
                "PutRecords",
                "{'StreamName':'s','Records':[%s]}",
                String.join(",", Collections.nCopies(10, record))))
        .isEqualTo("InvalidArgumentException: Records size exceeds 10 MB limit");
    assertThat(
            millrace.refused(
                "PutRecords",
                "{'StreamName':'s','Records':[%s]}",
                String.join(",", Collections.nCopies(9, record))))
        .startsWith(
            "ValidationException: 1 validation error detected: Value at 'records.1.member.data'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PutRecord|{'StreamName':'none','PartitionKey':'a','Data':''}|ResourceNotFoundException: Stream none under account 000000000000 not found.
          PutRecord|{'StreamName':'s','Data':''}|ValidationException: 1 validation error detected: Value null at 'partitionKey' failed to satisfy constraint: Member must not be null
          PutRecord|{'StreamName':'s','PartitionKey':'a','Data':'','ExplicitHashKey':'340282366920938463463374607431768211456'}|InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was 340282366920938463463374607431768211456
          PutRecord|{'StreamName':'s','PartitionKey':'a','Data':'','SequenceNumberForOrdering':'5'}|InvalidArgumentException: ExclusiveMinimumSequenceNumber 5 used in PutRecord on stream s under account 000000000000 is invalid.
          PutRecord|{'StreamName':'s','PartitionKey':'a','Data':'','DryRun':true}|DryRunOperationException: The request would have succeeded, but DryRun is set.
          PutRecords|{'StreamName':'s','Records':[{'PartitionKey':'a','Data':''},{'Data':''}]}|ValidationException: 1 validation error detected: Value null at 'records.2.member.partitionKey' failed to satisfy constraint: Member must not be null
          GetShardIterator|{'StreamName':'s','ShardId':'shardId-000000000005','ShardIteratorType':'LATEST'}|ResourceNotFoundException: Shard shardId-000000000005 in stream s under account 000000000000 does not exist
          GetShardIterator|{'StreamName':'s','ShardId':'x','ShardIteratorType':'LATEST'}|ResourceNotFoundException: Could not find shard x in stream s under account 000000000000.
          GetShardIterator|{'StreamName':'s','ShardId':'0','ShardIteratorType':'AT_SEQUENCE_NUMBER'}|InvalidArgumentException: Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber.
          GetShardIterator|{'StreamName':'s','ShardId':'0','ShardIteratorType':'LATEST','StartingSequenceNumber':'5'}|InvalidArgumentException: Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified LATEST and also a StartingSequenceNumber.
          GetShardIterator|{'StreamName':'s','ShardId':'0','ShardIteratorType':'AT_TIMESTAMP'}|InvalidArgumentException: Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.
          GetShardIterator|{'StreamName':'s','ShardId':'0','ShardIteratorType':'AT_TIMESTAMP','Timestamp':1700000001}|InvalidArgumentException: The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: 1700000001000, currentTimestampInMillis: 1700000000000
          GetShardIterator|{'StreamName':'s','ShardId':'1','ShardIteratorType':'AT_SEQUENCE_NUMBER','StartingSequenceNumber':'49646437577108476416916876405825929425585429676275269634'}|InvalidArgumentException: Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used in a call to a shard with shardId-000000000001
          GetShardIterator|{'StreamName':'s','ShardId':'1','ShardIteratorType':'AT_SEQUENCE_NUMBER','StartingSequenceNumber':'77'}|InvalidArgumentException: StartingSequenceNumber 77 used in GetShardIterator on shard shardId-000000000001 in stream s under account 000000000000 is invalid.
          GetShardIterator|{'StreamName':'none','ShardId':'5','ShardIteratorType':'LATEST'}|ResourceNotFoundException: Shard shardId-000000000005 in stream none under account 000000000000 does not exist
          GetShardIterator|{'StreamName':'none','ShardId':'abc','ShardIteratorType':'LATEST'}|ResourceNotFoundException: Could not find shard abc in stream none under account 000000000000.
          GetRecords|{'ShardIterator':'rubbish'}|InvalidArgumentException: Invalid ShardIterator.
          """)
  void whatCannotBeDoneIsRefusedInTheServicesWords(String operation, String body, String error)
      throws Exception {
    assertThat(millrace.refused(operation, body)).isEqualTo(error);
  }

  @Test
  void aDryRunOfAnyDataCallDoesNothingAndSaysThatItWouldHaveSucceeded() throws Exception {
    String arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    String consumer =
        millrace
            .ok("RegisterStreamConsumer", "{'StreamARN':'%s','ConsumerName':'c'}", arn)
            .getJsonObject("Consumer")
            .getString("ConsumerARN");
    String iterator = millrace.iterator("s", 0, "'TRIM_HORIZON'");
    Map<String, String> calls =
        Map.of(
            "PutRecord",
            "{'StreamName':'s','PartitionKey':'a','Data':'','DryRun':true}",
            "PutRecords",
            "{'StreamName':'s','Records':[{'PartitionKey':'a','Data':''}],'DryRun':true}",
            "GetShardIterator",
            "{'StreamName':'s','ShardId':'0','ShardIteratorType':'LATEST','DryRun':true}",
            "GetRecords",
            "{'ShardIterator':'" + iterator + "','DryRun':true}",
            "SubscribeToShard",
            "{'ConsumerARN':'%s','ShardId':'0','StartingPosition':{'Type':'LATEST'},'DryRun':true}"
                .formatted(consumer));
    for (Map.Entry<String, String> call : calls.entrySet()) {
      assertThat(millrace.refused(call.getKey(), call.getValue()))
          .as(call.getKey())
          .isEqualTo(
              "DryRunOperationException: The request would have succeeded, but DryRun is set.");
      assertThat(
              millrace.refused(
                  call.getKey(),
                  call.getValue()
                      .replace("'s'", "'none'")
                      .replace("'0'", "'9'")
                      .replace(iterator, "rubbish")))
          .as(call.getKey())
          .doesNotContain("DryRun");
    }
    assertThat(read("'TRIM_HORIZON'")).isEmpty();
  }

  @Test
  void underTheServicesLimitsEachRecordIsAdmittedOrNot() throws Exception {
    try (TestingStandalone limited =
        new TestingStandalone(folder.resolve("limited"), "MILLRACE_LIMITS", "aws")) {
      limited.ok("CreateStream", "{'StreamName':'s','ShardCount':1}");
      String record = "{'PartitionKey':'a','Data':'" + base64("x".repeat(700 * 1024)) + "'}";
      JsonObject answer =
          limited.ok("PutRecords", "{'StreamName':'s','Records':[%s,%s]}", record, record);
      assertThat(answer.getInteger("FailedRecordCount")).isEqualTo(1);
      assertThat(answer.getJsonArray("Records").getJsonObject(1).getString("ErrorCode"))
          .isEqualTo("ProvisionedThroughputExceededException");
      assertThat(answer.getJsonArray("Records").getJsonObject(1).getString("ErrorMessage"))
          .isEqualTo(
              "Rate exceeded for shard shardId-000000000000 in stream s under account"
                  + " 000000000000.");
    }
  }
}

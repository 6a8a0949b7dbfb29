// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.schema.Decoded;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Validation;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The operations' inputs, against requests captured and messages recorded. */
class InputShapesTest {
  private static final String NAME_PATTERN =
      "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
  private static final String AT_LEAST_1 = "Member must have length greater than or equal to 1";
  private static final String NOT_NULL = "Member must not be null";

  /** Captured from the Java SDK: reference kinesis-api.md, section 1.5. */
  @Test
  void theWorkedCborRequest() {
    Blob body =
        TestingBodies.hex(
            "bf 6a 53747265616d4e616d65 61 73"
                + " 67 53686172644964 74 73686172644964 2d 303030303030303030303030"
                + " 71 53686172644974657261746f7254797065 6c 41545f54494d455354414d50"
                + " 69 54696d657374616d70 c1 1b0000018bcfe5687b ff");
    Structure input = decode(GetShardIteratorInput.SHAPE, Codec.CBOR, body);
    assertThat(input.get(GetShardIteratorInput.STREAM_NAME)).isEqualTo("s");
    assertThat(input.get(GetShardIteratorInput.SHARD_ID)).isEqualTo("shardId-000000000000");
    assertThat(input.get(GetShardIteratorInput.SHARD_ITERATOR_TYPE)).isEqualTo("AT_TIMESTAMP");
    assertThat(input.get(GetShardIteratorInput.TIMESTAMP))
        .isEqualTo(Instant.ofEpochMilli(1_700_000_000_123L));
    assertThat(Validation.check(input)).isEmpty();
    assertThat(
            decodeJson(
                GetShardIteratorInput.SHAPE,
                """
                {"StreamName":"s","ShardId":"shardId-000000000000",
                 "ShardIteratorType":"AT_TIMESTAMP","Timestamp":1700000000.123}"""))
        .isEqualTo(input);
  }

  @Test
  void putRecords() {
    Structure input =
        decodeJson(
            PutRecordsInput.SHAPE,
            """
            {"Records":[{"Data":"aGk=","PartitionKey":"p"},
              {"Data":"","ExplicitHashKey":"0","PartitionKey":"q"}],
             "StreamARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/s","DryRun":false}""");
    assertThat(Validation.check(input, PutRecordsRequestEntry.PARTITION_KEY)).isEmpty();
    List<Structure> records = input.get(PutRecordsInput.RECORDS);
    assertThat(records)
        .extracting(record -> record.get(PutRecordsRequestEntry.DATA))
        .containsExactly(TestingBodies.hex("6869"), Blob.EMPTY);
    assertThat(records.get(1).get(PutRecordsRequestEntry.EXPLICIT_HASH_KEY)).isEqualTo("0");
  }

  @Test
  void createStream() {
    assertMessage(
        CreateStreamInput.SHAPE,
        "{\"StreamName\":\"\",\"ShardCount\":0}",
        entry("'0'", "shardCount", "Member must have value greater than or equal to 1"),
        entry("''", "streamName", NAME_PATTERN),
        entry("''", "streamName", AT_LEAST_1));
    assertMessage(
        CreateStreamInput.SHAPE,
        "{}",
        List.of(CreateStreamInput.SHARD_COUNT),
        entry("null", "shardCount", NOT_NULL),
        entry("null", "streamName", NOT_NULL));
    assertMessage(
        CreateStreamInput.SHAPE,
        """
        {"StreamName":"s","StreamModeDetails":{"StreamMode":"x"},"MaxRecordSizeInKiB":1,
         "WarmThroughputMiBps":-1,"RecordDistributionStrategy":""}""",
        entry(
            "'x'",
            "streamModeDetails.streamMode",
            "Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]"),
        entry("'-1'", "warmThroughputMiBps", "Member must have value greater than or equal to 0"),
        entry("'1'", "maxRecordSizeInKiB", "Member must have value greater than or equal to 1024"),
        entry(
            "''",
            "recordDistributionStrategy",
            "Member must satisfy enum value set: [AUTO, USER_PARTITION_KEY]"));
  }

  @Test
  void putRecord() {
    assertMessage(
        PutRecordInput.SHAPE,
        "{}",
        List.of(PutRecordInput.PARTITION_KEY),
        entry("null", "partitionKey", NOT_NULL),
        entry("null", "data", NOT_NULL));
    String name = "a".repeat(129);
    String key = "b".repeat(257);
    assertMessage(
        PutRecordInput.SHAPE,
        """
        {"StreamName":"%s","PartitionKey":"%s","ExplicitHashKey":"","SequenceNumberForOrdering":"01",
         "Data":""}"""
            .formatted(name, key),
        entry(
            "'01'",
            "sequenceNumberForOrdering",
            "Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})"),
        entry("'" + key + "'", "partitionKey", "Member must have length less than or equal to 256"),
        entry(
            "''",
            "explicitHashKey",
            "Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})"),
        entry("'" + name + "'", "streamName", "Member must have length less than or equal to 128"));
  }

  @Test
  void putRecordsMessages() {
    assertMessage(PutRecordsInput.SHAPE, "{}", entry("null", "records", NOT_NULL));
    assertMessage(
        PutRecordsInput.SHAPE,
        "{\"StreamName\":\"\",\"Records\":[]}",
        entry("'[]'", "records", AT_LEAST_1),
        entry("''", "streamName", NAME_PATTERN),
        entry("''", "streamName", AT_LEAST_1));
    assertMessage(
        PutRecordsInput.SHAPE,
        "{\"StreamName\":\"s\",\"Records\":[{\"ExplicitHashKey\":\"-1\",\"PartitionKey\":\"\"},{}]}",
        List.of(PutRecordsRequestEntry.PARTITION_KEY),
        entry("''", "records.1.member.partitionKey", AT_LEAST_1),
        entry(
            "'-1'",
            "records.1.member.explicitHashKey",
            "Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})"),
        entry("null", "records.1.member.data", NOT_NULL),
        entry("null", "records.2.member.partitionKey", NOT_NULL),
        entry("null", "records.2.member.data", NOT_NULL));
  }

  @Test
  void getShardIterator() {
    assertMessage(
        GetShardIteratorInput.SHAPE,
        """
        {"StreamName":"","ShardIteratorType":"","ShardId":"","StartingSequenceNumber":""}""",
        entry("''", "shardId", NAME_PATTERN),
        entry("''", "shardId", AT_LEAST_1),
        entry(
            "''",
            "shardIteratorType",
            "Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP,"
                + " AT_SEQUENCE_NUMBER, TRIM_HORIZON]"),
        entry(
            "''",
            "startingSequenceNumber",
            "Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})"),
        entry("''", "streamName", NAME_PATTERN),
        entry("''", "streamName", AT_LEAST_1));
  }

  @Test
  void getRecords() {
    assertMessage(
        GetRecordsInput.SHAPE,
        "{\"Limit\":0}",
        entry("'0'", "limit", "Member must have value greater than or equal to 1"),
        entry("null", "shardIterator", NOT_NULL));
    assertMessage(
        GetRecordsInput.SHAPE,
        "{\"Limit\":10001,\"ShardIterator\":\"\"}",
        entry("'10001'", "limit", "Member must have value less than or equal to 10000"),
        entry("''", "shardIterator", AT_LEAST_1));
  }

  @Test
  void lists() {
    assertMessage(
        ListShardsInput.SHAPE,
        """
        {"NextToken":"","StreamName":"","ExclusiveStartShardId":"","MaxResults":0,
         "ShardFilter":{}}""",
        entry("'0'", "maxResults", "Member must have value greater than or equal to 1"),
        entry("''", "exclusiveStartShardId", NAME_PATTERN),
        entry("''", "exclusiveStartShardId", AT_LEAST_1),
        entry("''", "streamName", NAME_PATTERN),
        entry("''", "streamName", AT_LEAST_1),
        entry("''", "nextToken", AT_LEAST_1),
        entry("null", "shardFilter.type", NOT_NULL));
    assertMessage(
        ListStreamsInput.SHAPE,
        "{\"Limit\":1000000000000,\"ExclusiveStartStreamName\":\"a b\"}",
        entry("'2147483647'", "limit", "Member must have value less than or equal to 10000"),
        entry("'a b'", "exclusiveStartStreamName", NAME_PATTERN));
  }

  @Test
  void descriptions() {
    assertMessage(
        DescribeStreamInput.SHAPE,
        "{\"Limit\":0,\"ExclusiveStartShardId\":\"é\",\"StreamName\":\" \"}",
        entry("'0'", "limit", "Member must have value greater than or equal to 1"),
        entry("'é'", "exclusiveStartShardId", NAME_PATTERN),
        entry("' '", "streamName", NAME_PATTERN));
    assertMessage(
        DescribeStreamSummaryInput.SHAPE,
        "{\"StreamARN\":\"arn:aws:kinesis:eu-west-1:12:stream/s\",\"StreamId\":\"x\"}",
        entry(
            "'arn:aws:kinesis:eu-west-1:12:stream/s'",
            "streamARN",
            "Member must satisfy regular expression pattern:"
                + " arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+"),
        entry(
            "'x'",
            "streamId",
            "Member must satisfy regular expression pattern: [a-z0-9]{20}-[a-z0-9]{3}"));
    assertThat(Validation.check(decodeJson(DescribeStreamSummaryInput.SHAPE, "{}"))).isEmpty();
  }

  @Test
  void deleteStream() {
    Structure input =
        decodeJson(
            DeleteStreamInput.SHAPE, "{\"StreamName\":\"s\",\"EnforceConsumerDeletion\":true}");
    assertThat(input.getOr(DeleteStreamInput.ENFORCE_CONSUMER_DELETION, false)).isTrue();
    assertThat(Validation.check(input)).isEmpty();
  }

  private static String entry(String value, String path, String constraint) {
    return "Value " + value + " at '" + path + "' failed to satisfy constraint: " + constraint;
  }

  private static void assertMessage(StructureShape shape, String json, String... entries) {
    assertMessage(shape, json, List.of(), entries);
  }

  private static void assertMessage(
      StructureShape shape, String json, List<Member<?>> alsoRequired, String... entries) {
    assertThat(
            Validation.check(decodeJson(shape, json), alsoRequired.toArray(Member<?>[]::new))
                .map(KinesisError::message))
        .contains(
            entries.length
                + (entries.length == 1 ? " validation error" : " validation errors")
                + " detected: "
                + String.join("; ", entries));
  }

  private static Structure decodeJson(StructureShape shape, String json) {
    return decode(shape, Codec.JSON, TestingBodies.json(json));
  }

  private static Structure decode(StructureShape shape, Codec codec, Blob body) {
    Decoded decoded = shape.decode(codec, body);
    assertThat(decoded).isInstanceOf(Decoded.Input.class);
    return ((Decoded.Input) decoded).structure();
  }
}

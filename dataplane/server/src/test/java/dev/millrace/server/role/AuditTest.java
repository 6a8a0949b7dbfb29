// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.Operation;
import dev.millrace.server.audit.AuditRecordSchema;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * Each control call and each refusal is one record in CloudTrail's shape, whatever clients send;
 * data calls that are admitted leave no trace, and nothing secret ever does.
 */
class AuditTest {
  private static final String PLANTED = "the-planted-phrase";
  private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

  @TempDir private Path folder;

  private TestingStandalone start(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("MILLRACE_AUDIT", audit().toString()));
    TestingStandalone server =
        new TestingStandalone(folder.resolve("data"), all.toArray(String[]::new));
    // Clients sign with the time that it is.
    server.pass(Duration.between(server.now(), Instant.now()));
    return server;
  }

  private Path audit() {
    return folder.resolve("audit.json");
  }

  /** The records, once the server was closed. */
  private List<JsonObject> records() throws IOException {
    assertThat(Files.readString(audit()))
        .doesNotContain(PLANTED, TestingStandalone.base64(PLANTED));
    return AuditRecordSchema.records(audit());
  }

  private static List<String> outcomes(List<JsonObject> records) {
    return records.stream()
        .map(is -> is.getString("eventName") + " " + is.getString("errorCode", "succeeds"))
        .toList();
  }

  @Test
  void controlCallsAreRecordedAndDataCallsAreNot() throws Exception {
    try (TestingStandalone server = start()) {
      server.ok("CreateStream", "{'StreamName':'s','ShardCount':1,'Tags':{'team':'orders'}}");
      server.ok(
          "PutRecord",
          "{'StreamName':'s','PartitionKey':'%1$s','Data':'%2$s'}",
          PLANTED,
          TestingStandalone.base64(PLANTED));
      server.ok(
          "PutRecords",
          "{'StreamName':'s','Records':[{'PartitionKey':'%1$s','Data':'%2$s'}]}",
          PLANTED,
          TestingStandalone.base64(PLANTED));
      server.records(server.iterator("s", 0, "'TRIM_HORIZON'"));
      server.refused(
          "PutRecord", "{'StreamName':'none','PartitionKey':'%s','Data':'eA=='}", PLANTED);
      server.refused("GetRecords", "{'ShardIterator':'%s'}", PLANTED);
      server.refused(
          "SubscribeToShard",
          "{'ConsumerARN':'%s/consumer/c:1','ShardId':'0','StartingPosition':{'Type':'LATEST'}}",
          ARN);
      server.ok("RegisterStreamConsumer", "{'StreamARN':'%s','ConsumerName':'c'}", ARN);
      server.ok(
          "ListShards",
          "{'StreamName':'s','ShardFilter':{'Type':'AT_TIMESTAMP','Timestamp':%d}}",
          server.now().getEpochSecond());
      server.refused("ListShards", "{'NextToken':'%s'}", PLANTED);
      server.ok("ListStreams", "{}");
      server.refused("SplitShard", "{'StreamName':'s','ShardToSplit':'0'}");
      server.refused("DeleteStream", "{'StreamName':7}");
      server.refused("CreateQueue", "{'QueueName':'%s'}", PLANTED);
    }
    List<JsonObject> records = records();
    assertThat(outcomes(records))
        .containsExactly(
            "CreateStream succeeds",
            "RegisterStreamConsumer succeeds",
            "ListShards succeeds",
            "ListShards InvalidArgumentException",
            "ListStreams succeeds",
            "SplitShard ValidationException",
            "DeleteStream SerializationException",
            "CreateQueue UnknownOperationException");
    assertThat(records.stream().map(is -> String.valueOf(is.getJsonObject("requestParameters"))))
        .startsWith("{\"shardCount\":1,\"streamName\":\"s\",\"tags\":{\"team\":\"orders\"}}")
        .contains("null");
    assertThat(records).extracting(is -> is.getString("eventID")).doesNotHaveDuplicates();
    JsonObject first = records.getFirst();
    assertThat(first.getString("sourceIPAddress")).isEqualTo("127.0.0.1");
    assertThat(first.getString("userAgent")).startsWith("Java-http-client/");
    assertThat(first.getJsonArray("resources").getJsonObject(0).getString("ARN")).isEqualTo(ARN);
    assertThat(records.get(2).getBoolean("readOnly")).isTrue();
  }

  @Test
  void everyControlOperationIsRecordedOnce() throws Exception {
    List<String> control =
        Arrays.stream(Operation.values())
            .filter(each -> !each.isData())
            .map(Operation::text)
            .toList();
    try (TestingStandalone server = start()) {
      for (Operation operation : Operation.values()) {
        server.call(operation.text(), "{\"StreamName\":\"s\",\"ResourceARN\":\"" + ARN + "\"}");
      }
    }
    assertThat(records()).extracting(is -> is.getString("eventName")).isEqualTo(control);
    assertThat(control)
        .hasSize(45)
        .doesNotContain(
            "PutRecord", "PutRecords", "GetRecords", "GetShardIterator", "SubscribeToShard");
  }

  private static KinesisClient client(TestingStandalone server, String scheme, String secret) {
    return KinesisClient.builder()
        .httpClient(
            ApacheHttpClient.builder()
                .buildWithDefaults(
                    AttributeMap.builder()
                        .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                        .build()))
        .endpointOverride(URI.create(scheme + "://localhost:" + server.port()))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("orders-team", secret)))
        .build();
  }

  @Test
  void aWrongSignatureIsRecordedWithWhoFromWhereAndWhy() throws Exception {
    try (TestingStandalone server = start("MILLRACE_CREDENTIALS", "orders-team:" + PLANTED);
        KinesisClient client = client(server, "http", PLANTED + "!")) {
      assertThatThrownBy(
              () ->
                  client.putRecord(
                      call ->
                          call.streamName("s")
                              .partitionKey(PLANTED)
                              .data(SdkBytes.fromUtf8String(PLANTED))))
          .isInstanceOf(KinesisException.class);
    }
    JsonObject record = records().getFirst();
    assertThat(record.getJsonObject("userIdentity"))
        .isEqualTo(new JsonObject().put("type", "Unknown").put("accessKeyId", "orders-team"));
    assertThat(record.getString("sourceIPAddress")).isEqualTo("127.0.0.1");
    assertThat(record.getString("userAgent")).startsWith("aws-sdk-java/2");
    assertThat(record.getString("eventName")).isEqualTo("PutRecord");
    assertThat(record.getString("eventCategory")).isEqualTo("Data");
    assertThat(record.getString("errorCode")).isEqualTo("InvalidSignatureException");
    assertThat(record.getString("errorMessage"))
        .startsWith("The request signature we calculated does not match");
  }

  @Test
  void aSignedCallIsRecordedWithItsUserAndTls() throws Exception {
    String requestId;
    try (TestingStandalone server = start("MILLRACE_CREDENTIALS", "orders-team:" + PLANTED);
        KinesisClient client = client(server, "https", PLANTED)) {
      requestId =
          client
              .createStream(call -> call.streamName("s").shardCount(1))
              .responseMetadata()
              .requestId();
      client.putRecord(
          call -> call.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String(PLANTED)));
    }
    assertThat(records()).hasSize(1);
    JsonObject record = records().getFirst();
    assertThat(record.getString("requestID")).isEqualTo(requestId);
    assertThat(record.getJsonObject("userIdentity").getString("arn"))
        .isEqualTo("arn:aws:iam::000000000000:user/orders-team");
    assertThat(record.getJsonObject("tlsDetails").getString("tlsVersion")).isEqualTo("TLSv1.3");
    assertThat(record.getJsonObject("tlsDetails").getString("clientProvidedHostHeader"))
        .startsWith("localhost:");
  }

  /** Sends a request as it is, and returns the answer. */
  private static String send(TestingStandalone server, String headers, String body)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String head =
          "POST / HTTP/1.1|Host: h|Connection: close|Content-Length: "
              + body.length()
              + "|"
              + headers;
      socket
          .getOutputStream()
          .write((head.replace("|", "\r\n") + "\r\n" + body).getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static final String LIST =
      "X-Amz-Target: Kinesis_20131202.ListStreams|Content-Type: application/x-amz-json-1.1|";
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded|";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          ListStreams MissingAuthenticationTokenException;'';{}
          ListStreams IncompleteSignatureException;Authorization: Bearer the-planted-phrase|;{}
          ListStreams IncompleteSignatureException;Authorization: AWS4-HMAC-SHA256 Credential=the-planted-phrase, Signature=1, SignedHeaders=host|X-Amz-Date: 1|;{}
          ListStreams UnrecognizedClientException;Authorization: AWS4-HMAC-SHA256 Credential=nobody/20260101/us-east-1/kinesis/aws4_request, Signature=1, SignedHeaders=host|X-Amz-Date: 1|;{}
          """)
  void everyRefusalOfASignatureIsRecorded(String outcome, String headers, String body)
      throws Exception {
    try (TestingStandalone server = start("MILLRACE_CREDENTIALS", "orders-team:" + PLANTED)) {
      assertThat(send(server, LIST + headers, body)).startsWith("HTTP/1.1 400");
    }
    assertThat(outcomes(records())).containsExactly(outcome);
  }

  @Test
  void callerIdentityIsACallOfSts() throws Exception {
    String body = "Action=GetCallerIdentity&Version=2011-06-15";
    try (TestingStandalone server = start("MILLRACE_CREDENTIALS", "orders-team:" + PLANTED)) {
      assertThat(send(server, FORM, body)).startsWith("HTTP/1.1 403");
      assertThat(send(server, FORM, "Action=AssumeRole")).startsWith("HTTP/1.1 403");
    }
    try (TestingStandalone server = start()) {
      assertThat(send(server, FORM, body)).startsWith("HTTP/1.1 200");
    }
    assertThat(outcomes(records()))
        .containsExactly(
            "GetCallerIdentity MissingAuthenticationToken",
            "Unknown MissingAuthenticationTokenException",
            "GetCallerIdentity succeeds");
    assertThat(records())
        .extracting(is -> is.getString("eventSource"))
        .containsExactly("sts.amazonaws.com", "kinesis.amazonaws.com", "sts.amazonaws.com");
  }

  @Test
  void whatIsNoCallOfAnybodyIsNotRecorded() throws Exception {
    try (TestingStandalone server = start("MILLRACE_CREDENTIALS", "orders-team:" + PLANTED)) {
      assertThat(send(server, LIST, "")).contains("SerializationException");
      assertThat(send(server, LIST, "[")).contains("SerializationException");
      assertThat(send(server, LIST.replace("List", "What"), "{}"))
          .contains("UnknownOperationException");
    }
    assertThat(records()).isEmpty();
  }

  @Test
  void noClientCanForgeALine() throws Exception {
    String forged = "{\\\"eventVersion\\\":\\\"1.11\\\"}";
    try (TestingStandalone server = start()) {
      // A folded header, and the byte that is a line's end to some readers.
      assertThat(send(server, LIST + "User-Agent: a|\t{\"eventVersion\":\"1.11\"}\u0085{}|", "{}"))
          .startsWith("HTTP/1.1 200");
      assertThat(
              send(
                  server,
                  LIST.replace("ListStreams", "DeleteStream"),
                  "{\"StreamName\":\"a\\n" + forged + "\\u2028\\u0085\\r\"}"))
          .startsWith("HTTP/1.1 400");
    }
    List<JsonObject> records = records();
    assertThat(outcomes(records))
        .containsExactly("ListStreams succeeds", "DeleteStream ValidationException");
    assertThat(records.getFirst().getString("userAgent")).startsWith("a").endsWith("\u0085{}");
    assertThat(records.getLast().getJsonObject("requestParameters").getString("streamName"))
        .isEqualTo("a\n{\"eventVersion\":\"1.11\"}\u2028\u0085\r");
    assertThat(records.getLast().getString("errorMessage")).contains("a\n{");
    assertThat(records.getLast().containsKey("resources")).isFalse();
  }

  @Test
  void withoutTheSettingThereIsNoAudit() throws Exception {
    try (TestingStandalone server = new TestingStandalone(folder.resolve("data"))) {
      server.ok("ListStreams", "{}");
    }
    assertThat(audit()).doesNotExist();
  }

  @Test
  void aFileThatCannotBeOpenedPreventsTheStart() {
    assertThatThrownBy(
            () ->
                new TestingStandalone(
                    folder.resolve("data"),
                    "MILLRACE_AUDIT",
                    "file:" + folder.resolve("none/audit.json")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("audit.json");
  }
}

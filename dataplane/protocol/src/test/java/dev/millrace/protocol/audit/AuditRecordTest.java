// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.auth.Signer;
import dev.millrace.protocol.schema.Decoded;
import dev.millrace.protocol.schema.RequestParameters;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.CreateStreamInput;
import dev.millrace.protocol.shape.DescribeStreamConsumerInput;
import dev.millrace.protocol.shape.ListShardsInput;
import dev.millrace.protocol.shape.PutRecordsInput;
import dev.millrace.protocol.shape.PutResourcePolicyInput;
import dev.millrace.protocol.shape.RemoveTagsFromStreamInput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A record is one line, in CloudTrail's shape, and holds neither records nor tokens. */
class AuditRecordTest {
  private static final String ID = "5f0c9b7e-0000-4000-8000-000000000001";
  private static final String EVENT = "5f0c9b7e-0000-4000-8000-000000000002";
  private static final AuditSource SOURCE =
      new AuditSource(
          "10.0.0.7", Optional.of("aws-cli/2"), Optional.of("h:4567"), Optional.empty());

  private static Structure input(StructureShape shape, String json) {
    return shape.decode(Codec.JSON, TestingBodies.json(json.replace('\'', '"')))
            instanceof Decoded.Input(Structure structure)
        ? structure
        : fail("cannot be decoded: " + json);
  }

  private static String line(
      AuditedCall call,
      AuditCaller caller,
      AuditSource source,
      Optional<AuditFailure> failure,
      Optional<Structure> input) {
    byte[] line =
        new AuditRecord(
                Instant.parse("2026-11-21T10:20:30.987Z"),
                "eu-west-1",
                "123456789012",
                call,
                caller,
                source,
                failure,
                input,
                ID,
                EVENT)
            .line();
    assertThat(new String(line, StandardCharsets.US_ASCII)).matches("[ -~]+\n");
    return new String(line, StandardCharsets.US_ASCII).strip();
  }

  /** The parameters of a call, as they stand in its record. */
  private static String parameters(Operation operation, Structure input) {
    return line(
            AuditedCall.of(operation),
            new AuditCaller.AnyCaller(),
            SOURCE,
            Optional.empty(),
            Optional.of(input))
        .replaceAll(".*\"requestParameters\":(.*),\"responseElements\".*", "$1");
  }

  /** A golden text, whose lines are joined. */
  private static String golden(String text) {
    return text.replace("\n", "").replace('\'', '"');
  }

  @Test
  void aCallThatSucceeds() {
    assertThat(
            line(
                AuditedCall.of(Operation.CREATE_STREAM),
                new AuditCaller.SignedUser(Signer.ofKey("AKIDEXAMPLE", "123456789012")),
                new AuditSource(
                    "10.0.0.7",
                    Optional.of("aws-cli/2"),
                    Optional.of("h:4567"),
                    Optional.of(new AuditSource.TlsCipher("TLSv1.3", "TLS_AES_128_GCM_SHA256"))),
                Optional.empty(),
                Optional.of(input(CreateStreamInput.SHAPE, "{'StreamName':'s','ShardCount':1}"))))
        .isEqualTo(
            golden(
                """
                {'eventVersion':'1.11','userIdentity':{'type':'IAMUser','principalId':'AKIDEXAMPLE',
                'arn':'arn:aws:iam::123456789012:user/AKIDEXAMPLE','accountId':'123456789012',
                'accessKeyId':'AKIDEXAMPLE','userName':'AKIDEXAMPLE'},
                'eventTime':'2026-11-21T10:20:30Z','eventSource':'kinesis.amazonaws.com',
                'eventName':'CreateStream','awsRegion':'eu-west-1','sourceIPAddress':'10.0.0.7',
                'userAgent':'aws-cli/2','requestParameters':{'shardCount':1,'streamName':'s'},
                'responseElements':null,'requestID':'5f0c9b7e-0000-4000-8000-000000000001',
                'eventID':'5f0c9b7e-0000-4000-8000-000000000002','readOnly':false,
                'resources':[{'accountId':'123456789012','type':'AWS::Kinesis::Stream',
                'ARN':'arn:aws:kinesis:eu-west-1:123456789012:stream/s'}],
                'eventType':'AwsApiCall','managementEvent':true,'recipientAccountId':'123456789012',
                'eventCategory':'Management','tlsDetails':{'tlsVersion':'TLSv1.3',
                'cipherSuite':'TLS_AES_128_GCM_SHA256','clientProvidedHostHeader':'h:4567'}}
                """));
  }

  @Test
  void aDataCallThatIsRefused() {
    assertThat(
            line(
                AuditedCall.of(Operation.PUT_RECORD),
                new AuditCaller.UnverifiedCaller(Optional.of("AKIDEXAMPLE")),
                new AuditSource("::1", Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.of(
                    AuditFailure.of(
                        new KinesisError(KinesisError.Name.INVALID_SIGNATURE, "wrong"))),
                Optional.empty()))
        .isEqualTo(
            golden(
                """
                {'eventVersion':'1.11','userIdentity':{'type':'Unknown','accessKeyId':'AKIDEXAMPLE'},
                'eventTime':'2026-11-21T10:20:30Z','eventSource':'kinesis.amazonaws.com',
                'eventName':'PutRecord','awsRegion':'eu-west-1','sourceIPAddress':'::1',
                'errorCode':'InvalidSignatureException','errorMessage':'wrong',
                'requestParameters':null,'responseElements':null,
                'requestID':'5f0c9b7e-0000-4000-8000-000000000001',
                'eventID':'5f0c9b7e-0000-4000-8000-000000000002','readOnly':false,
                'eventType':'AwsApiCall','managementEvent':false,'recipientAccountId':'123456789012',
                'eventCategory':'Data'}
                """));
  }

  @Test
  void anyoneWhereSignaturesAreNotRequiredAsksSts() {
    assertThat(
            line(
                AuditedCall.CALLER_IDENTITY,
                new AuditCaller.AnyCaller(),
                SOURCE,
                Optional.empty(),
                Optional.empty()))
        .isEqualTo(
            golden(
                """
                {'eventVersion':'1.11','userIdentity':{'type':'AWSAccount','principalId':'',
                'accountId':'ANONYMOUS_PRINCIPAL'},'eventTime':'2026-11-21T10:20:30Z',
                'eventSource':'sts.amazonaws.com','eventName':'GetCallerIdentity',
                'awsRegion':'eu-west-1','sourceIPAddress':'10.0.0.7','userAgent':'aws-cli/2',
                'requestParameters':null,'responseElements':null,
                'requestID':'5f0c9b7e-0000-4000-8000-000000000001',
                'eventID':'5f0c9b7e-0000-4000-8000-000000000002','readOnly':true,
                'eventType':'AwsApiCall','managementEvent':true,'recipientAccountId':'123456789012',
                'eventCategory':'Management'}
                """));
  }

  @Test
  void parametersAreThoseOfTheRequestInCloudTrailsLetterCase() {
    assertThat(
            parameters(
                Operation.LIST_SHARDS,
                input(
                    ListShardsInput.SHAPE,
                    "{'StreamARN':'a','MaxResults':7,"
                        + "'ShardFilter':{'Type':'AT_TIMESTAMP','Timestamp':1700000000.5}}")))
        .isEqualTo(
            golden(
                "{'maxResults':7,'shardFilter':{'type':'AT_TIMESTAMP',"
                    + "'timestamp':'2023-11-14T22:13:20.500Z'},'streamARN':'a'}"));
    assertThat(
            parameters(
                Operation.REMOVE_TAGS_FROM_STREAM,
                input(RemoveTagsFromStreamInput.SHAPE, "{'TagKeys':['a',null,'b']}")))
        .isEqualTo(golden("{'tagKeys':['a',null,'b']}"));
  }

  @Test
  void recordsKeysAndTokensAreLeftOut() {
    assertThat(
            parameters(
                Operation.PUT_RECORDS,
                input(
                    PutRecordsInput.SHAPE,
                    "{'StreamName':'s','Records':[{'Data':'eA==','PartitionKey':'k'}]}")))
        .isEqualTo(golden("{'streamName':'s'}"));
    assertThat(
            parameters(
                Operation.LIST_SHARDS, input(ListShardsInput.SHAPE, "{'NextToken':'token'}")))
        .isEqualTo("null");
  }

  @Test
  void aLineHasABound() {
    String policy = "{'ResourceARN':'a','Policy':'%s'}";
    String fits = "p".repeat(RequestParameters.MAX_BYTES - 100);
    assertThat(
            parameters(
                Operation.PUT_RESOURCE_POLICY,
                input(PutResourcePolicyInput.SHAPE, policy.formatted(fits))))
        .contains(fits);
    assertThat(
            parameters(
                Operation.PUT_RESOURCE_POLICY,
                input(PutResourcePolicyInput.SHAPE, policy.formatted(fits + "p".repeat(100)))))
        .isEqualTo(golden("{'omitted':true}"));
    String huge = "h".repeat(1 << 20);
    assertThat(
            line(
                AuditedCall.UNKNOWN,
                new AuditCaller.UnverifiedCaller(Optional.of(huge)),
                new AuditSource(
                    "::1",
                    Optional.of(huge),
                    Optional.of(huge),
                    Optional.of(new AuditSource.TlsCipher("v", "c"))),
                Optional.of(new AuditFailure("E", huge)),
                Optional.empty()))
        .hasSizeLessThan(4096);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\u0085", "\u2028", "\u2029", "\0", "\ud800", "\""})
  void noTextOfAClientEndsALine(String text) {
    String record =
        line(
            AuditedCall.UNKNOWN,
            new AuditCaller.UnverifiedCaller(Optional.of(text)),
            new AuditSource(
                "::1",
                Optional.of(text),
                Optional.of(text),
                Optional.of(new AuditSource.TlsCipher("v", "c"))),
            Optional.of(new AuditFailure("E", text)),
            Optional.empty());
    assertThat(record.split("\\\\", -1)).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization header requires 'Signature' parameter.  Authorization=Bearer secret",
        "Credential must have exactly 5 slash-delimited elements, e.g. a/b, got 'secret'",
        "Unsupported AWS 'algorithm': 'secret'.",
      })
  void anAuthorizationIsNotQuoted(String message) {
    AuditFailure failure =
        AuditFailure.of(new KinesisError(KinesisError.Name.INCOMPLETE_SIGNATURE, message));
    assertThat(failure.message()).isNotEmpty().doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"stream/s/consumer/c:1700000000", "stream/s", "queue/q", "stream/\\n", ""})
  void aResourceIsAStreamOrAConsumer(String resource) {
    String arn = "arn:aws:kinesis:eu-west-1:210987654321:" + resource;
    String found =
        AuditedResource.of(
                input(DescribeStreamConsumerInput.SHAPE, "{'ConsumerARN':'" + arn + "'}"),
                "eu-west-1",
                "123456789012")
            .map(is -> is.account() + " " + is.type())
            .orElse("none");
    assertThat(found)
        .isEqualTo(
            switch (resource) {
              case "stream/s" -> "210987654321 AWS::Kinesis::Stream";
              case "stream/s/consumer/c:1700000000" -> "210987654321 AWS::Kinesis::StreamConsumer";
              default -> "none";
            });
  }
}

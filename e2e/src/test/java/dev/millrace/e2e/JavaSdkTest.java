// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/**
 * An application that uses the AWS SDK for Java works unchanged: with both clients, in clear text
 * and over TLS, with CBOR (the default of the SDK) and with JSON.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaSdkTest {
  private static final String CBOR_SWITCH = "aws.cborEnabled";

  private MillraceProcess server;

  @BeforeAll
  void start(@TempDir Path data) throws IOException {
    server = MillraceProcess.in(data).start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "SYNC,  http,  cbor",
    "SYNC,  http,  json",
    "SYNC,  https, cbor",
    "SYNC,  https, json",
    "ASYNC, http,  cbor",
    "ASYNC, http,  json",
    "ASYNC, https, cbor",
    "ASYNC, https, json",
  })
  void everyCallWorksInEveryForm(Flavour flavour, String scheme, String codec) {
    System.setProperty(CBOR_SWITCH, String.valueOf(codec.equals("cbor")));
    Set<String> types = ConcurrentHashMap.newKeySet();
    try {
      boolean tls = scheme.equals("https");
      flavour.play(
          tls ? server.https() : server.http(),
          tls ? server.certificate() : null,
          ClientOverrideConfiguration.builder()
              .addExecutionInterceptor(new ContentTypes(types))
              .build(),
          client -> new Scenario(client, "sdk-%s-%s-%s".formatted(flavour, scheme, codec)).play());
    } finally {
      System.clearProperty(CBOR_SWITCH);
    }
    // Requests and responses used the encoding under test.
    assertThat(types).containsExactly("application/x-amz-" + codec + "-1.1");
  }

  enum Flavour {
    SYNC {
      @Override
      void play(
          URI endpoint,
          @Nullable Path trusted,
          ClientOverrideConfiguration configuration,
          Consumer<KinesisClient> scenario) {
        try (KinesisClient client =
            Clients.sync(endpoint, trusted, Clients.ANYBODY, configuration)) {
          scenario.accept(client);
        }
      }
    },
    ASYNC {
      @Override
      void play(
          URI endpoint,
          @Nullable Path trusted,
          ClientOverrideConfiguration configuration,
          Consumer<KinesisClient> scenario) {
        try (KinesisAsyncClient client = Clients.async(endpoint, trusted, configuration)) {
          scenario.accept(Clients.waitingFor(client));
        }
      }
    };

    abstract void play(
        URI endpoint,
        @Nullable Path trusted,
        ClientOverrideConfiguration configuration,
        Consumer<KinesisClient> scenario);
  }

  /** Records the content types of requests and responses. */
  private record ContentTypes(Set<String> seen) implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      context.httpRequest().firstMatchingHeader("Content-Type").ifPresent(seen::add);
    }

    @Override
    public void afterTransmission(
        Context.AfterTransmission context, ExecutionAttributes attributes) {
      context.httpResponse().firstMatchingHeader("Content-Type").ifPresent(seen::add);
    }
  }

  /** The calls of an application, from the creation of a stream to its deletion. */
  private record Scenario(KinesisClient client, String stream) {
    void play() {
      create();
      describe();
      PutRecordResponse first = put();
      PutRecordsResponse rest = putMany();
      readFromEveryPosition(first, rest);
      errorsAreTyped();
      delete();
    }

    private void create() {
      client.createStream(request -> request.streamName(stream).shardCount(2));
      assertThatThrownBy(
              () -> client.createStream(request -> request.streamName(stream).shardCount(2)))
          .isInstanceOf(ResourceInUseException.class)
          .hasMessageContaining(stream);
      assertThat(client.listStreams().streamNames()).contains(stream);
    }

    private void describe() {
      StreamDescription description =
          client.describeStream(request -> request.streamName(stream)).streamDescription();
      assertThat(description.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
      assertThat(description.streamARN()).endsWith(":stream/" + stream);
      assertThat(description.retentionPeriodHours()).isEqualTo(24);
      assertThat(description.streamCreationTimestamp())
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
      assertThat(description.shards()).hasSize(2);
      assertThat(
              client
                  .describeStreamSummary(request -> request.streamARN(description.streamARN()))
                  .streamDescriptionSummary()
                  .openShardCount())
          .isEqualTo(2);
      List<Shard> shards = client.listShards(request -> request.streamName(stream)).shards();
      assertThat(shards).isEqualTo(description.shards());
      assertThat(shards.getFirst().hashKeyRange().startingHashKey()).isEqualTo("0");
      assertThat(shards.getLast().hashKeyRange().endingHashKey())
          .isEqualTo("340282366920938463463374607431768211455");
    }

    private PutRecordResponse put() {
      PutRecordResponse answer =
          client.putRecord(
              request ->
                  request
                      .streamName(stream)
                      .partitionKey("a")
                      .explicitHashKey("0")
                      .data(SdkBytes.fromUtf8String("0")));
      assertThat(answer.shardId()).isEqualTo("shardId-000000000000");
      return answer;
    }

    private PutRecordsResponse putMany() {
      List<PutRecordsRequestEntry> entries =
          IntStream.rangeClosed(1, 9)
              .mapToObj(
                  i ->
                      PutRecordsRequestEntry.builder()
                          .partitionKey("key ü " + i)
                          .explicitHashKey("1")
                          .data(SdkBytes.fromUtf8String(String.valueOf(i)))
                          .build())
              .toList();
      PutRecordsResponse answer =
          client.putRecords(request -> request.streamName(stream).records(entries));
      assertThat(answer.failedRecordCount()).isZero();
      assertThat(answer.records())
          .allSatisfy(
              result -> {
                assertThat(result.shardId()).isEqualTo("shardId-000000000000");
                assertThat(result.sequenceNumber()).isNotEmpty();
              });
      return answer;
    }

    private void readFromEveryPosition(PutRecordResponse first, PutRecordsResponse rest) {
      String third = rest.records().get(2).sequenceNumber();
      List<Record> all = read(from -> from.shardIteratorType(ShardIteratorType.TRIM_HORIZON));
      assertThat(all)
          .extracting(found -> found.data().asUtf8String())
          .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
      assertThat(all.getFirst().sequenceNumber()).isEqualTo(first.sequenceNumber());
      assertThat(all.get(4).partitionKey()).isEqualTo("key ü 4");
      assertThat(new HashSet<>(all.stream().map(Record::sequenceNumber).toList())).hasSize(10);
      assertThat(
              read(
                  from ->
                      from.shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                          .startingSequenceNumber(third)))
          .isEqualTo(all.subList(3, 10));
      assertThat(
              read(
                  from ->
                      from.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                          .startingSequenceNumber(third)))
          .isEqualTo(all.subList(4, 10));
      Instant arrival = all.getFirst().approximateArrivalTimestamp();
      assertThat(
              read(
                  from ->
                      from.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(arrival)))
          .isEqualTo(all);
      assertThat(
              read(
                  from ->
                      from.shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                          .timestamp(Instant.now())))
          .isEmpty();
      latestShowsOnlyWhatComesAfterIt();
    }

    private void latestShowsOnlyWhatComesAfterIt() {
      String latest = iterator(from -> from.shardIteratorType(ShardIteratorType.LATEST));
      assertThat(client.getRecords(request -> request.shardIterator(latest)).records()).isEmpty();
      client.putRecord(
          request ->
              request
                  .streamName(stream)
                  .partitionKey("late")
                  .explicitHashKey("2")
                  .data(SdkBytes.fromUtf8String("late")));
      GetRecordsResponse answer = client.getRecords(request -> request.shardIterator(latest));
      assertThat(answer.records())
          .extracting(found -> found.data().asUtf8String())
          .containsExactly("late");
      assertThat(answer.millisBehindLatest()).isZero();
      assertThat(answer.nextShardIterator()).isNotEmpty();
    }

    private String iterator(Consumer<GetShardIteratorRequest.Builder> from) {
      return client
          .getShardIterator(
              request -> from.accept(request.streamName(stream).shardId("shardId-000000000000")))
          .shardIterator();
    }

    private List<Record> read(Consumer<GetShardIteratorRequest.Builder> from) {
      String iterator = iterator(from);
      return client.getRecords(request -> request.shardIterator(iterator)).records();
    }

    private void errorsAreTyped() {
      assertThatThrownBy(() -> client.describeStream(request -> request.streamName("nowhere")))
          .isInstanceOf(ResourceNotFoundException.class)
          .hasMessageContaining("nowhere");
      assertThatThrownBy(
              () ->
                  client.putRecord(
                      request ->
                          request
                              .streamName(stream)
                              .partitionKey("")
                              .data(SdkBytes.fromUtf8String("x"))))
          .isInstanceOf(ValidationException.class)
          .hasMessageContaining("partitionKey");
    }

    private void delete() {
      client.deleteStream(request -> request.streamName(stream));
      assertThatThrownBy(() -> client.describeStream(request -> request.streamName(stream)))
          .isInstanceOf(ResourceNotFoundException.class);
      assertThat(client.listStreams().streamNames()).doesNotContain(stream);
    }
  }
}

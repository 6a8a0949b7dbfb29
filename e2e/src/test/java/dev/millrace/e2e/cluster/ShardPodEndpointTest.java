// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerStatus;
import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** Applications talk to the pods of their stream, at the Service with the stream's name. */
@ClusterTest
class ShardPodEndpointTest {
  private static final int RECORDS = 1000;
  private static final int ENOUGH = 100;
  private static final Optional<String> ACTIVE = Optional.of("ACTIVE");

  private static void createStream(Installation millrace, String name, int shards) {
    millrace.apply(Manifests.stream(name, "shardCount: " + shards));
    millrace.awaitReady(name);
  }

  /** Three shards in three pods: whichever pod is called, it asks the others. */
  @Test
  void recordsArePutAndReadAtTheStreamsPodsWhileNeitherGatewayNorOperatorRuns(
      Installation millrace) {
    createStream(millrace, "direct", 3);
    String endpoint = millrace.directEndpoint("direct");
    assertThat(endpoint).isEqualTo("http://direct." + millrace.namespace() + ".svc:4567");
    List<SentRecord> acknowledged =
        new ArrayList<>(
            SentRecord.acknowledged(
                ClientJob.run(millrace, "put", "direct", String.valueOf(RECORDS))));
    millrace.scale(Installation.GATEWAY, 0);
    millrace.scale(Installation.OPERATOR, 0);
    try {
      acknowledged.addAll(
          SentRecord.acknowledged(
              ClientJob.runAt(millrace, endpoint, "put", "direct", String.valueOf(RECORDS))));
      List<SentRecord> read = SentRecord.read(ClientJob.runAt(millrace, endpoint, "get", "direct"));
      assertThat(acknowledged).hasSize(2 * RECORDS);
      SentRecord.assertExactly(acknowledged, read);
      assertThat(read.stream().map(SentRecord::shard).distinct()).hasSize(3);
    } finally {
      millrace.scale(Installation.OPERATOR, 1);
      millrace.scale(Installation.GATEWAY, 2);
    }
    millrace.kubectl("delete", "kinesisstream", "direct");
  }

  @Test
  void aControlCallAtAPodNamesTheGateway(Installation millrace) {
    createStream(millrace, "modest", 1);
    millrace.directEndpoint("modest");
    try (Installation.ForwardedApi api = millrace.api("modest")) {
      assertThat(api.kinesis().listShards(list -> list.streamName("modest")).shards()).hasSize(1);
      assertThatThrownBy(() -> api.kinesis().createStream(create -> create.streamName("other")))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining(millrace.gatewayEndpoint());
    }
    millrace.kubectl("delete", "kinesisstream", "modest");
  }

  /** A pod that was not told of a consumer yet says that there is none. */
  private static boolean isActive(KinesisClient pod, String consumerArn) {
    try {
      return pod.describeStreamConsumer(describe -> describe.consumerARN(consumerArn))
          .consumerDescription()
          .consumerStatusAsString()
          .equals("ACTIVE");
    } catch (ResourceNotFoundException e) {
      return false;
    }
  }

  /** An iterator of a gateway is read at a pod, and a consumer's manifest reaches the pods. */
  @Test
  void aConsumerSubscribesAtAPodAndIteratorsAreValidThere(Installation millrace) throws Exception {
    createStream(millrace, "pushed", 1);
    millrace.directEndpoint("pushed");
    millrace.apply(
        """
        apiVersion: millrace.dev/v1alpha1
        kind: StreamConsumer
        metadata: {name: reader}
        spec:
          streamRef: {name: pushed}
        """);
    Eventually.holds(
        "the consumer is registered",
        Installation.TIMEOUT,
        () -> status(millrace).map(StreamConsumerStatus::consumerStatus).equals(ACTIVE));
    String arn = status(millrace).map(StreamConsumerStatus::consumerARN).orElseThrow();
    try (Installation.ForwardedApi gateway = millrace.api();
        Installation.ForwardedApi pod = millrace.api("pushed");
        KinesisAsyncClient subscriber = subscriber(millrace, pod.forward().getLocalPort())) {
      Eventually.holds(
          "the pod knows the consumer", Installation.TIMEOUT, () -> isActive(pod.kinesis(), arn));
      CompletableFuture<String> first = new CompletableFuture<>();
      CompletableFuture<Void> subscription = subscribe(subscriber, arn, first);
      PutRecordResponse put =
          gateway
              .kinesis()
              .putRecord(
                  record ->
                      record
                          .streamName("pushed")
                          .partitionKey("k")
                          .data(SdkBytes.fromUtf8String("hello")));
      assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo("hello");
      subscription.cancel(true);

      String iterator =
          gateway
              .kinesis()
              .getShardIterator(
                  get ->
                      get.streamName("pushed")
                          .shardId(put.shardId())
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      assertThat(pod.kinesis().getRecords(get -> get.shardIterator(iterator)).records())
          .singleElement()
          .satisfies(record -> assertThat(record.data().asUtf8String()).isEqualTo("hello"));
    }
    millrace.kubectl("delete", "streamconsumer", "reader");
    millrace.kubectl("delete", "kinesisstream", "pushed");
  }

  private static Optional<StreamConsumerStatus> status(Installation millrace) {
    return Optional.ofNullable(
        millrace
            .kubernetes()
            .resources(StreamConsumer.class)
            .inNamespace(millrace.namespace())
            .withName("reader")
            .require()
            .getStatus());
  }

  private static KinesisAsyncClient subscriber(Installation millrace, int port) {
    return KinesisAsyncClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(millrace.credentials()))
        .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP2))
        .build();
  }

  private static CompletableFuture<Void> subscribe(
      KinesisAsyncClient by, String consumer, CompletableFuture<String> first) {
    return by.subscribeToShard(
        request ->
            request
                .consumerARN(consumer)
                .shardId("shardId-000000000000")
                .startingPosition(
                    StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build()),
        SubscribeToShardResponseHandler.builder()
            .onEventStream(
                (SdkPublisher<SubscribeToShardEventStream> events) ->
                    events
                        .filter(SubscribeToShardEvent.class)
                        .subscribe(
                            event ->
                                event
                                    .records()
                                    .forEach(
                                        record -> first.complete(record.data().asUtf8String()))))
            .onError(first::completeExceptionally)
            .build());
  }

  /** Through a split of all shards and the loss of a pod, a writer at the pods loses nothing. */
  @Test
  void aWriterAtThePodsNoticesNeitherAReshardNorALostPod(Installation millrace) {
    createStream(millrace, "lively", 2);
    String endpoint = millrace.directEndpoint("lively");
    ClientJob writer = ClientJob.startAt(millrace, endpoint, "counted", "lively");
    writer.awaitAcknowledged(ENOUGH);
    millrace.kubectl("scale", "kinesisstream/lively", "--replicas=4");
    millrace.kubectl(
        "wait",
        "--for=jsonpath={.status.openShardCount}=4",
        "--timeout=" + Installation.TIMEOUT.toSeconds() + "s",
        "kinesisstream/lively");
    writer.awaitAcknowledged(writer.acknowledgedSoFar() + ENOUGH);
    Pod pod = millrace.shardPods("lively").getLast();
    millrace.kill(pod);
    millrace.awaitSuccessor(pod);
    writer.awaitAcknowledged(writer.acknowledgedSoFar() + ENOUGH);
    List<SentRecord> acknowledged = SentRecord.acknowledged(writer.stop());
    SentRecord.assertKept(
        acknowledged, SentRecord.read(ClientJob.runAt(millrace, endpoint, "get", "lively")));
    millrace.kubectl("delete", "kinesisstream", "lively");
  }
}

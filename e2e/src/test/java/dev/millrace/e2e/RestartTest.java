package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Streams, records and even iterators outlive the process, however it ended. */
class RestartTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasThereIsThereAndWhatWasDeletedIsNot(boolean killed) throws Exception {
    MillraceProcess.Start start = MillraceProcess.in(folder.resolve("data"));
    String iterator;
    try (MillraceProcess first = start.start();
        KinesisClient client = Clients.sync(first.http(), null)) {
      client.createStream(r -> r.streamName("kept").shardCount(2));
      client.createStream(r -> r.streamName("deleted").shardCount(2));
      for (String stream : new String[] {"kept", "deleted"}) {
        client.putRecord(
            r ->
                r.streamName(stream)
                    .partitionKey("k")
                    .explicitHashKey("0")
                    .data(SdkBytes.fromUtf8String(stream)));
      }
      client.deleteStream(r -> r.streamName("deleted"));
      iterator =
          client
              .getShardIterator(
                  r ->
                      r.streamName("kept")
                          .shardId("shardId-000000000000")
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      if (killed) {
        first.kill();
      } else {
        assertThat(first.stop()).as("exit status after SIGTERM").isIn(0, 143);
      }
    }
    try (MillraceProcess second = start.start();
        KinesisClient client = Clients.sync(second.http(), null)) {
      assertThat(client.listStreams().streamNames()).containsExactly("kept");
      assertThat(client.getRecords(r -> r.shardIterator(iterator)).records())
          .extracting(record -> record.data().asString(UTF_8))
          .containsExactly("kept");
      assertThatThrownBy(() -> client.describeStreamSummary(r -> r.streamName("deleted")))
          .isInstanceOf(ResourceNotFoundException.class);
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static dev.millrace.server.role.TestingStandalone.base64;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.KmsNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * Records of an encrypted stream can be read with their master key, on no disk without it, and
 * again once it is back.
 */
class UnreadableDisksTest {
  private static final long SEED = System.nanoTime();

  @TempDir private Path folder;
  private MasterKeyFolder keys;

  @BeforeEach
  void keys() throws Exception {
    keys = MasterKeyFolder.in(folder).with("orders").with("default");
  }

  private TestingStandalone open() throws Exception {
    return new TestingStandalone(
        folder.resolve("data"), "MILLRACE_MASTER_KEYS", keys.path().toString());
  }

  private static void create(TestingStandalone server, String stream) throws Exception {
    server.ok("CreateStream", "{'StreamName':'%s','ShardCount':1}", stream);
  }

  private static void encrypt(TestingStandalone server, String stream, String key)
      throws Exception {
    server.ok(
        "StartStreamEncryption",
        "{'StreamName':'%s','EncryptionType':'KMS','KeyId':'%s'}",
        stream,
        key);
  }

  private static JsonObject put(TestingStandalone server, String stream, String text)
      throws Exception {
    return server.ok(
        "PutRecord",
        "{'StreamName':'%s','PartitionKey':'%s','Data':'%s'}",
        stream,
        text,
        base64(text));
  }

  private static List<JsonObject> read(TestingStandalone server, String stream) throws Exception {
    JsonArray records = server.records(server.iterator(stream, 0, "'TRIM_HORIZON'"));
    return records.stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> texts(TestingStandalone server, String stream) throws Exception {
    return read(server, stream).stream()
        .map(record -> new String(record.getBinary("Data"), UTF_8))
        .toList();
  }

  @Test
  void aPlantedPhraseIsOnNoDiskIfItsStreamIsEncryptedAndInLogAndStoreIfNot() throws Exception {
    PlantedPhrase secret = PlantedPhrase.drawn(SEED);
    PlantedPhrase open = PlantedPhrase.drawn(SEED + 1);
    try (TestingStandalone server = open()) {
      create(server, "secret");
      create(server, "open");
      encrypt(server, "secret", "alias/orders");
      put(server, "secret", secret.text());
      put(server, "open", open.text());
      server.ok(
          "PutRecords",
          "{'StreamName':'secret','Records':[{'Data':'%s','PartitionKey':'%s'},{'Data':'%s','PartitionKey':'b'}]}",
          base64(secret.text()),
          secret.text(),
          base64("." + secret.text()));
      assertThat(texts(server, "secret"))
          .containsExactly(secret.text(), secret.text(), "." + secret.text());
    }
    // The store was flushed when it was closed.
    Path data = folder.resolve("data");
    assertThat(secret.findIn(data)).as("seed %d", SEED).isEmpty();
    assertThat(open.findIn(data))
        .as("what is not encrypted, seed %d", SEED)
        .anyMatch(file -> file.startsWith("raft"))
        .anyMatch(file -> file.toString().endsWith(".sst"));
    for (String line : Files.readAllLines(keys.path().resolve("orders"))) {
      assertThat(new PlantedPhrase(line.substring(0, 43)).findIn(data)).isEmpty();
    }
    try (TestingStandalone server = open()) {
      assertThat(texts(server, "secret"))
          .containsExactly(secret.text(), secret.text(), "." + secret.text());
      assertThat(read(server, "secret"))
          .allMatch(record -> record.getString("EncryptionType").equals("KMS"))
          .extracting(record -> record.getString("PartitionKey"))
          .containsExactly(secret.text(), secret.text(), "b");
      assertThat(read(server, "open")).noneMatch(record -> record.containsKey("EncryptionType"));
    }
  }

  @Test
  void answersSayWhetherRecordsWereEncrypted() throws Exception {
    try (TestingStandalone server = open()) {
      create(server, "s");
      assertThat(put(server, "s", "a").containsKey("EncryptionType")).isFalse();
      encrypt(server, "s", "alias/aws/kinesis");
      assertThat(put(server, "s", "b").getString("EncryptionType")).isEqualTo("KMS");
      String records = "{'StreamName':'s','Records':[{'Data':'eA==','PartitionKey':'c'}]}";
      assertThat(server.ok("PutRecords", records).getString("EncryptionType")).isEqualTo("KMS");
      server.ok(
          "StopStreamEncryption",
          "{'StreamName':'s','EncryptionType':'KMS','KeyId':'alias/aws/kinesis'}");
      assertThat(put(server, "s", "d").containsKey("EncryptionType")).isFalse();
      assertThat(server.ok("PutRecords", records).containsKey("EncryptionType")).isFalse();
      assertThat(read(server, "s"))
          .extracting(record -> record.getString("EncryptionType", "-"))
          .containsExactly("-", "KMS", "KMS", "-", "-");
    }
  }

  @Test
  void aKeyThatIsLostIsNamedOtherStreamsGoOnAndAllIsReadOnceItIsBack() throws Exception {
    try (TestingStandalone server = open()) {
      create(server, "s");
      create(server, "other");
      create(server, "clear");
      encrypt(server, "s", "alias/orders");
      encrypt(server, "other", "alias/aws/kinesis");
      put(server, "s", "before");
      keys.lose("orders");
      put(server, "s", "trusted");
      server.pass(Duration.ofMinutes(6));
      String lost =
          "KMSNotFoundException: there is no master key orders in " + keys.path().toString();
      assertThat(server.refused("PutRecord", "{'StreamName':'s','PartitionKey':'a','Data':'eA=='}"))
          .isEqualTo(lost);
      assertThat(
              server.refused(
                  "PutRecords",
                  "{'StreamName':'s','Records':[{'PartitionKey':'a','Data':'eA=='}]}"))
          .isEqualTo(lost);
      assertThat(
              server.refused(
                  "GetRecords",
                  "{'ShardIterator':'%s'}",
                  server.iterator("s", 0, "'TRIM_HORIZON'")))
          .isEqualTo(lost);
      put(server, "other", "x");
      put(server, "clear", "y");
      assertThat(texts(server, "other")).containsExactly("x");
      assertThat(texts(server, "clear")).containsExactly("y");
      keys.restore("orders");
      server.pass(Duration.ofSeconds(2));
      put(server, "s", "after");
      assertThat(texts(server, "s")).containsExactly("before", "trusted", "after");
    }
  }

  @Test
  void aKeyThatIsRotatedReadsWhatItsEarlierVersionEncrypted() throws Exception {
    try (TestingStandalone server = open()) {
      create(server, "s");
      encrypt(server, "s", "orders");
      put(server, "s", "first version");
      keys.with("orders");
      server.pass(Duration.ofMinutes(61));
      put(server, "s", "second version");
      encrypt(server, "s", "arn:aws:kms:us-east-1:000000000000:alias/default");
      put(server, "s", "another key");
    }
    try (TestingStandalone server = open()) {
      String iterator = server.iterator("s", 0, "'TRIM_HORIZON'");
      List<String> texts = new ArrayList<>();
      // A page may end where the next data key has to be fetched.
      for (int page = 0; page < 3; page++) {
        JsonObject found = server.ok("GetRecords", "{'ShardIterator':'%s'}", iterator);
        found
            .getJsonArray("Records")
            .forEach(each -> texts.add(new String(((JsonObject) each).getBinary("Data"), UTF_8)));
        iterator = found.getString("NextShardIterator");
      }
      assertThat(texts).containsExactly("first version", "second version", "another key");
    }
  }

  @Test
  void aKeyThatCannotBeUsedIsRefusedAndTheStreamStaysAsItIs() throws Exception {
    String start = "{'StreamName':'s','EncryptionType':'KMS','KeyId':'%s'}";
    try (TestingStandalone server = open()) {
      create(server, "s");
      assertThat(server.refused("StartStreamEncryption", start, "alias/none"))
          .startsWith("KMSNotFoundException: there is no master key none in ");
      assertThat(server.refused("StartStreamEncryption", start, "../data/token.key"))
          .startsWith("KMSNotFoundException: there is no key ../data/token.key");
      assertThat(
              server.refused(
                  "StartStreamEncryption",
                  "{'StreamName':'none','EncryptionType':'KMS','KeyId':'alias/none'}"))
          .startsWith("ResourceNotFoundException");
      assertThat(put(server, "s", "a").containsKey("EncryptionType")).isFalse();
    }
    try (TestingStandalone server = new TestingStandalone(folder.resolve("data"))) {
      assertThat(server.refused("StartStreamEncryption", start, "alias/orders"))
          .startsWith("KMSNotFoundException: no master keys are configured in this process");
    }
  }

  @Test
  void aProcessThatLostItsSettingNeitherReadsNorWritesInTheClear() throws Exception {
    try (TestingStandalone server = open()) {
      create(server, "s");
      encrypt(server, "s", "alias/orders");
      put(server, "s", "a");
    }
    try (TestingStandalone server = new TestingStandalone(folder.resolve("data"))) {
      assertThat(server.refused("PutRecord", "{'StreamName':'s','PartitionKey':'a','Data':'eA=='}"))
          .startsWith("KMSNotFoundException: no master keys are configured");
      assertThat(
              server.refused(
                  "GetRecords",
                  "{'ShardIterator':'%s'}",
                  server.iterator("s", 0, "'TRIM_HORIZON'")))
          .startsWith("KMSNotFoundException: no master keys are configured");
    }
    try (TestingStandalone server = open()) {
      assertThat(texts(server, "s")).containsExactly("a");
    }
  }

  @Test
  void aSubscriptionReadsEncryptedRecordsAndEndsWithTheNamedErrorIfTheirKeyIsLost()
      throws Exception {
    try (TestingStandalone server = open();
        KinesisAsyncClient client = TestingSubscription.client(server.port(), Protocol.HTTP2)) {
      create(server, "s");
      encrypt(server, "s", "alias/orders");
      put(server, "s", "stored");
      String arn =
          server
              .ok("DescribeStreamSummary", "{'StreamName':'s'}")
              .getJsonObject("StreamDescriptionSummary")
              .getString("StreamARN");
      String consumer =
          server
              .ok("RegisterStreamConsumer", "{'StreamARN':'%s','ConsumerName':'c'}", arn)
              .getJsonObject("Consumer")
              .getString("ConsumerARN");
      StartingPosition oldest =
          StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build();
      TestingSubscription subscription =
          TestingSubscription.begin(client, consumer, "shardId-000000000000", oldest);
      subscription.await(is -> is.data.contains("stored"));
      put(server, "s", "pushed");
      subscription.await(is -> is.data.contains("pushed"));
      assertThat(subscription.last().records())
          .allMatch(record -> record.encryptionType() == EncryptionType.KMS);
      keys.lose("orders");
      server.pass(Duration.ofMinutes(6));
      TestingSubscription later =
          TestingSubscription.begin(client, consumer, "shardId-000000000000", oldest);
      assertThat(later.done())
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .havingRootCause()
          .isInstanceOf(KmsNotFoundException.class)
          .withMessageContaining("there is no master key orders");
    }
  }
}

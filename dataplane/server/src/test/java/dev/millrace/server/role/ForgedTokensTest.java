// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.role.TestingStandalone.HttpAnswer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An iterator or page token is what this server issued, for what it was issued, and for as long.
 */
class ForgedTokensTest {
  @TempDir private Path folder;
  private TestingStandalone millrace;

  @BeforeEach
  void start() throws Exception {
    millrace = new TestingStandalone(folder.resolve("data"));
    for (String stream : new String[] {"a", "b"}) {
      millrace.ok("CreateStream", "{'StreamName':'%s','ShardCount':1}", stream);
    }
    millrace.sequenceNumberOfNext("a");
    millrace.sequenceNumberOfNext("b");
  }

  @AfterEach
  void stop() throws Exception {
    millrace.close();
  }

  private String iterator(String stream) throws Exception {
    return millrace.iterator(stream, 0, "'TRIM_HORIZON'");
  }

  private String get(String iterator) throws Exception {
    HttpAnswer answer =
        millrace.call("GetRecords", new JsonObject().put("ShardIterator", iterator).encode());
    return answer.status() == 200 ? "records" : answer.error();
  }

  @Test
  void anIteratorWithAnyBitFlippedIsRefused() throws Exception {
    byte[] token = Base64.getDecoder().decode(iterator("a"));
    for (int bit = 0; bit < token.length * 8; bit += 7) {
      token[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(get(Base64.getEncoder().encodeToString(token)))
          .as("bit %d", bit)
          .isEqualTo("InvalidArgumentException: Invalid ShardIterator.");
      token[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void partsOfTwoIteratorsAreNone() throws Exception {
    byte[] one = Base64.getDecoder().decode(iterator("a"));
    byte[] other = Base64.getDecoder().decode(iterator("b"));
    for (int cut = 9; cut < Math.min(one.length, other.length) - 1; cut++) {
      byte[] spliced = one.clone();
      System.arraycopy(other, cut, spliced, cut, other.length - cut);
      String answer = get(Base64.getEncoder().encodeToString(spliced));
      assertThat(java.util.Arrays.equals(spliced, other) || answer.startsWith("InvalidArgument"))
          .as("cut at %d: %s", cut, answer)
          .isTrue();
    }
  }

  @Test
  void aTokenOfAnotherKindIsNoIterator() throws Exception {
    JsonObject page = millrace.ok("ListStreams", "{'Limit':1}");
    assertThat(get(page.getString("NextToken")))
        .isEqualTo("InvalidArgumentException: Invalid ShardIterator.");
    String iterator = iterator("a");
    for (String operation : new String[] {"ListStreams", "ListShards"}) {
      assertThat(millrace.refused(operation, "{'NextToken':'%s'}", iterator))
          .as(operation)
          .startsWith("InvalidArgumentException: ");
    }
    assertThat(millrace.refused("ListShards", "{'NextToken':'%s'}", page.getString("NextToken")))
        .startsWith("InvalidArgumentException: ");
  }

  @Test
  void anIteratorOfAnotherServerIsNone() throws Exception {
    String foreign;
    try (TestingStandalone other = new TestingStandalone(folder.resolve("other"))) {
      other.ok("CreateStream", "{'StreamName':'a','ShardCount':1}");
      foreign = other.iterator("a", 0, "'TRIM_HORIZON'");
    }
    assertThat(get(foreign)).isEqualTo("InvalidArgumentException: Invalid ShardIterator.");
  }

  /** A replay reads the same place again for five minutes, which is what the service promises. */
  @Test
  void aReplayedIteratorReadsTheSameAndExpires() throws Exception {
    String iterator = iterator("a");
    JsonArray first = millrace.records(iterator);
    assertThat(millrace.records(iterator)).isEqualTo(first);
    millrace.pass(Duration.ofMinutes(5).plusSeconds(1));
    assertThat(get(iterator)).startsWith("ExpiredIteratorException: ");
  }

  @Test
  void anIteratorFromTheFutureIsRefused() throws Exception {
    String iterator = iterator("a");
    millrace.jump(Duration.ofMinutes(-10));
    assertThat(get(iterator)).startsWith("InvalidArgumentException: ");
  }

  /** It names the incarnation, so what is read by it is never another stream's. */
  @Test
  void anIteratorOfADeletedStreamDoesNotReadItsSuccessor() throws Exception {
    String iterator = iterator("a");
    millrace.ok("DeleteStream", "{'StreamName':'a'}");
    millrace.ok("CreateStream", "{'StreamName':'a','ShardCount':1}");
    assertThat(get(iterator)).isNotEqualTo("records");
  }
}

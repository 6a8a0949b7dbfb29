// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The AWS CLI works unchanged, with its waiters and paginators, and so do the README's commands.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsCliTest {
  private MillraceProcess server;
  private PythonTools tools;

  @BeforeAll
  void start(@TempDir Path data) throws IOException {
    // The default: streams take a while to become ACTIVE.
    server = MillraceProcess.in(data).with("MILLRACE_INSTANT", "false").start();
    tools = PythonTools.at(server.http(), "any", "any");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void theWaitersSeeAStreamCreatedAndDeleted() {
    tools.kinesis("create-stream", "--stream-name", "awaited", "--shard-count", "1");
    tools.kinesis("wait", "stream-exists", "--stream-name", "awaited");
    assertThat(
            tools.kinesis(
                "describe-stream-summary",
                "--stream-name=awaited",
                "--query=StreamDescriptionSummary.StreamStatus",
                "--output=text"))
        .isEqualTo("ACTIVE\n");
    tools.kinesis("delete-stream", "--stream-name", "awaited");
    tools.kinesis("wait", "stream-not-exists", "--stream-name", "awaited");
    PythonTools.ScriptResult gone = tools.tryKinesis("describe-stream", "--stream-name", "awaited");
    assertThat(gone.exit()).isNotZero();
    assertThat(gone.out()).contains("ResourceNotFoundException", "awaited");
  }

  @Test
  void pagesAreFollowedToTheEnd() {
    tools.kinesis("create-stream", "--stream-name", "paged", "--shard-count", "7");
    tools.kinesis("wait", "stream-exists", "--stream-name", "paged");
    String ids = "shardId-00000000000";
    // By hand: the CLI's own pager repeats the stream's name beside the token, which the service
    // refuses too (aws/aws-cli#9635, boto/botocore#2009).
    assertThat(
            tools.bash(
                """
                next() { aws kinesis list-shards --no-paginate --max-results 3 "$@" --output text \
                  --query '[NextToken, join(`,`, Shards[].ShardId)]'; }
                page=$(next --stream-name paged)
                while true; do
                  read -r token ids <<< "$page"
                  echo "$ids"
                  [ "$token" != None ] || break
                  page=$(next --next-token "$token")
                done
                """))
        .isEqualTo("%1$s0,%1$s1,%1$s2\n%1$s3,%1$s4,%1$s5\n%1$s6\n".formatted(ids));
    PythonTools.ScriptResult both =
        tools.tryKinesis("list-shards", "--stream-name=paged", "--page-size=2");
    assertThat(both.exit()).isNotZero();
    assertThat(both.out()).contains("NextToken and StreamName cannot be provided together.");
    assertThat(
            tools.kinesis(
                "describe-stream",
                "--stream-name=paged",
                "--page-size=3",
                "--query=StreamDescription.Shards[].ShardId",
                "--output=text"))
        .contains(ids + "0", ids + "3", ids + "6");
    for (int i = 0; i < 3; i++) {
      tools.kinesis("create-stream", "--stream-name", "paged-" + i, "--shard-count", "1");
    }
    assertThat(
            tools.kinesis("list-streams", "--page-size=1", "--query=StreamNames", "--output=text"))
        .contains("paged\n", "paged-0\n", "paged-1\n", "paged-2\n");
  }

  @Test
  void recordsAreWrittenAndReadOverTls() {
    PythonTools tls = PythonTools.at(server.https(), "any", "any").trusting(server.certificate());
    tls.kinesis("create-stream", "--stream-name", "secret", "--shard-count", "1");
    tls.kinesis("wait", "stream-exists", "--stream-name", "secret");
    tls.kinesis(
        "put-records",
        "--stream-name=secret",
        "--records",
        "Data=one,PartitionKey=a",
        "Data=two,PartitionKey=b");
    assertThat(
            tls.bash(
                """
                iterator=$(aws kinesis get-shard-iterator --stream-name secret --shard-id 0 \
                  --shard-iterator-type TRIM_HORIZON --query ShardIterator --output text)
                aws kinesis get-records --shard-iterator "$iterator" --query 'Records[].Data' --output text
                """))
        .isEqualTo("b25l\tdHdv\n");
  }

  @Test
  void stsNamesTheAccount() {
    assertThat(tools.bash("aws sts get-caller-identity --query '[Account,Arn]' --output text"))
        .isEqualTo("000000000000\tarn:aws:iam::000000000000:root\n");
  }

  @Test
  void theQuickStartOfTheReadmeWorksAsWritten() throws IOException {
    String readme =
        Files.readString(Path.of(System.getProperty("millrace.repository", ".."), "README.md"));
    String section = readme.substring(readme.indexOf("\n## A put and a get\n"));
    section = section.substring(0, section.indexOf("\n## ", 1));
    StringBuilder script = new StringBuilder();
    String[] blocks = section.split("```", -1);
    for (int i = 1; i < blocks.length; i += 2) {
      assertThat(blocks[i]).startsWith("sh\n");
      script.append(blocks[i].substring("sh\n".length()));
    }
    assertThat(script).contains("127.0.0.1:4567", "aws kinesis", "curl ");
    String out =
        tools.bash(script.toString().replace("127.0.0.1:4567", server.http().getAuthority()));
    // Version 2 of the CLI takes --data as base64 and would print it again. Version 1, which is the
    // one on PyPI, takes it as it is, so that it comes back encoded once more.
    String data = Base64.getEncoder().encodeToString("aGVsbG8=".getBytes(StandardCharsets.UTF_8));
    assertThat(out)
        .contains("\"ShardId\": \"shardId-000000000000\"", "\"Data\": \"" + data + "\"")
        .contains("\"PartitionKey\": \"blue\"", "{\"ShardIterator\":\"")
        .doesNotContain("__type");
  }
}

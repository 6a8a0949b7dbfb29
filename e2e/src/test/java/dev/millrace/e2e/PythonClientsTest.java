package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** boto3 and the AWS CLI, installed by pip and unmodified, just work. */
class PythonClientsTest {
  private static final long PATIENCE_SECONDS = 120;

  @TempDir private static Path folder;
  private static MillraceProcess millrace;

  @BeforeAll
  static void start() throws Exception {
    millrace = MillraceProcess.in(folder.resolve("data")).start();
  }

  @AfterAll
  static void stop() {
    millrace.close();
  }

  private static String tool(String name) {
    Path tool =
        Path.of(System.getProperty("millrace.venv", "../.venv")).resolve("bin").resolve(name);
    assertThat(tool).as("made by `make test` from e2e/requirements.txt").exists();
    return tool.toAbsolutePath().toString();
  }

  private static String run(Map<String, String> environment, List<String> command)
      throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    String printed = Files.readString(output, UTF_8);
    assertThat(process.exitValue()).as("%s printed %s", command, printed).isZero();
    return printed.strip();
  }

  @Test
  void boto3InClearText() throws Exception {
    assertThat(
            run(
                Map.of(),
                List.of(
                    tool("python"), "src/test/python/boto3_client.py", millrace.http().toString())))
        .endsWith("boto3: all as expected");
  }

  @Test
  void boto3OverTlsTrustingTheKeptCertificate() throws Exception {
    assertThat(
            run(
                Map.of(),
                List.of(
                    tool("python"),
                    "src/test/python/boto3_client.py",
                    millrace.https().toString(),
                    millrace.certificate().toString())))
        .endsWith("boto3: all as expected");
  }

  private static String aws(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(tool("aws"), "kinesis"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--output", "text"));
    return run(
        Map.of(
            "AWS_ENDPOINT_URL_KINESIS", millrace.http().toString(),
            "AWS_ACCESS_KEY_ID", "any",
            "AWS_SECRET_ACCESS_KEY", "any",
            "AWS_DEFAULT_REGION", "us-east-1"),
        command);
  }

  /** The README's put and get, to the letter. */
  @Test
  void theAwsCliPutsAndGets() throws Exception {
    aws("create-stream", "--stream-name", "orders", "--shard-count", "2");
    aws("wait", "stream-exists", "--stream-name", "orders");
    String put =
        aws(
            "put-record",
            "--stream-name",
            "orders",
            "--partition-key",
            "blue",
            "--data",
            "aGVsbG8=",
            "--query",
            "[ShardId,SequenceNumber]");
    assertThat(put).startsWith("shardId-00000000000");
    assertThat(aws("list-shards", "--stream-name", "orders", "--query", "Shards[].ShardId"))
        .isEqualTo("shardId-000000000000\tshardId-000000000001");
    String iterator =
        aws(
            "get-shard-iterator",
            "--stream-name",
            "orders",
            "--shard-id",
            put.split("\t", -1)[0],
            "--shard-iterator-type",
            "TRIM_HORIZON",
            "--query",
            "ShardIterator");
    assertThat(
            aws("get-records", "--shard-iterator", iterator, "--query", "Records[].SequenceNumber"))
        .isEqualTo(put.split("\t", -1)[1]);
    aws("delete-stream", "--stream-name", "orders");
    aws("wait", "stream-not-exists", "--stream-name", "orders");
  }
}

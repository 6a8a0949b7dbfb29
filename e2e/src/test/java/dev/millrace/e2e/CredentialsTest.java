package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;

/** With MILLRACE_CREDENTIALS only who signs with one of them is served, whoever made the client. */
class CredentialsTest {
  @TempDir private static Path folder;
  private static MillraceProcess millrace;

  @BeforeAll
  static void start() throws Exception {
    millrace =
        MillraceProcess.in(folder.resolve("data"))
            .with("MILLRACE_CREDENTIALS", "first:secret-1,second:secret/2+")
            .start();
  }

  @AfterAll
  static void stop() {
    millrace.close();
  }

  private static KinesisClient client(String id, String secret, Region region) {
    KinesisClientBuilder builder =
        KinesisClient.builder().endpointOverride(millrace.http()).region(region);
    return builder
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
        .build();
  }

  @Test
  void eachOfThemIsServed() {
    try (KinesisClient first = client("first", "secret-1", Region.US_EAST_1);
        KinesisClient second = client("second", "secret/2+", Region.US_EAST_1)) {
      assertThat(first.listStreams().hasMoreStreams()).isFalse();
      assertThat(second.listStreams().hasMoreStreams()).isFalse();
    }
  }

  @Test
  void aWrongSecretIsRefused() {
    try (KinesisClient client = client("first", "secret-2", Region.US_EAST_1)) {
      assertThatThrownBy(client::listStreams)
          .hasMessageContaining("The request signature we calculated does not match");
    }
  }

  @Test
  void anUnknownIdIsRefused() {
    try (KinesisClient client = client("third", "secret-1", Region.US_EAST_1)) {
      assertThatThrownBy(client::listStreams)
          .hasMessageContaining("The security token included in the request is invalid.");
    }
  }

  @Test
  void anotherRegionIsRefused() {
    try (KinesisClient client = client("first", "secret-1", Region.EU_WEST_1)) {
      assertThatThrownBy(client::listStreams)
          .hasMessageContaining("Credential should be scoped to a valid region.");
    }
  }

  @Test
  void aRequestWithoutSignatureIsRefused() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(millrace.http())
                  .header("Content-Type", "application/x-amz-json-1.1")
                  .header("X-Amz-Target", "Kinesis_20131202.ListStreams")
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .isEqualTo(
              "{\"__type\":\"MissingAuthenticationTokenException\",\"message\":\"Missing"
                  + " Authentication Token\"}");
    }
  }
}

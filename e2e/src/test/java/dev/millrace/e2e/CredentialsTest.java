// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * With credentials set, only requests signed with them are served, for every client and form of
 * signature.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CredentialsTest {
  private static final String ID = "AKIAMILLRACE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  private MillraceProcess server;

  @BeforeAll
  void start(@TempDir Path data) throws IOException {
    server =
        MillraceProcess.in(data)
            .with("MILLRACE_CREDENTIALS", "other:one," + ID + ":" + SECRET)
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private KinesisClient client(String id, String secret) {
    return Clients.sync(
        server.http(),
        null,
        StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)),
        ClientOverrideConfiguration.builder().build());
  }

  @Test
  void aRequestSignedWithTheSecretIsServed() {
    try (KinesisClient client = client(ID, SECRET)) {
      client.createStream(request -> request.streamName("mine").shardCount(1));
      assertThat(client.listStreams().streamNames()).contains("mine");
    }
    try (KinesisClient client = client("other", "one")) {
      assertThat(client.listStreams().hasStreamNames()).isTrue();
    }
    PythonTools tools = PythonTools.at(server.http(), ID, SECRET);
    assertThat(tools.script("scenario.py", "signed")).endsWith("all went well\n");
    assertThat(tools.kinesis("list-streams")).contains("StreamNames");
    assertThat(tools.script("presigned.py")).startsWith("200 ").contains("StreamNames");
  }

  @Test
  void aSignatureWithAnotherSecretIsRejected() {
    try (KinesisClient client = client(ID, SECRET + "x")) {
      assertRejected(client, "InvalidSignatureException");
    }
    PythonTools tools = PythonTools.at(server.http(), ID, SECRET + "x");
    assertThat(tools.tryKinesis("list-streams").exit()).isNotZero();
    assertThat(tools.tryKinesis("list-streams").out()).contains("InvalidSignatureException");
    assertThat(tools.script("presigned.py"))
        .startsWith("400 ")
        .contains("InvalidSignatureException");
  }

  @Test
  void anUnknownAccessKeyIsRejected() {
    try (KinesisClient client = client("nobody", SECRET)) {
      assertRejected(client, "UnrecognizedClientException");
    }
    PythonTools tools = PythonTools.at(server.http(), "nobody", SECRET);
    assertThat(tools.tryKinesis("list-streams").out()).contains("UnrecognizedClientException");
    assertThat(tools.script("presigned.py"))
        .startsWith("400 ")
        .contains("UnrecognizedClientException");
  }

  @Test
  void anUnsignedRequestIsRejected() {
    try (RawKinesis raw = new RawKinesis(server.http())) {
      RawKinesis.RawAnswer answer = raw.call("ListStreams", "{}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("MissingAuthenticationTokenException");
    }
    PythonTools tools = PythonTools.at(server.http(), ID, SECRET);
    assertThat(tools.tryKinesis("list-streams", "--no-sign-request").out())
        .contains("MissingAuthenticationTokenException");
  }

  @Test
  void stsNamesTheSigner() {
    String ask = "aws sts get-caller-identity --query '[Account,Arn]' --output text 2>&1 || true";
    assertThat(PythonTools.at(server.http(), ID, SECRET).bash(ask))
        .isEqualTo("000000000000\tarn:aws:iam::000000000000:user/" + ID + "\n");
    assertThat(PythonTools.at(server.http(), ID, SECRET + "x").bash(ask))
        .contains("(SignatureDoesNotMatch)");
    assertThat(PythonTools.at(server.http(), "nobody", SECRET).bash(ask))
        .contains("(InvalidClientTokenId)");
  }

  @Test
  void theAsyncClientSignsItsHttp2RequestsToo() {
    // Its :authority stands for the host that is signed.
    try (KinesisAsyncClient stranger =
        Clients.async(server.http(), null, ClientOverrideConfiguration.builder().build())) {
      assertRejected(Clients.waitingFor(stranger), "UnrecognizedClientException");
    }
    try (KinesisAsyncClient known =
        Clients.async(
            server.https(), server.certificate(), ClientOverrideConfiguration.builder().build())) {
      assertThat(
              known
                  .listStreams(
                      request ->
                          request.overrideConfiguration(
                              o ->
                                  o.credentialsProvider(
                                      StaticCredentialsProvider.create(
                                          AwsBasicCredentials.create(ID, SECRET)))))
                  .join()
                  .hasStreamNames())
          .isTrue();
    }
  }

  private static void assertRejected(KinesisClient client, String error) {
    assertThatThrownBy(client::listStreams)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            refusal -> {
              assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(error);
              assertThat(refusal.statusCode()).isEqualTo(400);
            });
  }
}

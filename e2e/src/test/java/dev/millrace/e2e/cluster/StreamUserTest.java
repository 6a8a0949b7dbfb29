// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.crds.StreamUser;
import dev.millrace.crds.StreamUserStatus;
import io.fabric8.kubernetes.api.model.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** A user has the keys of its Secret and the rights of its policy, at gateways and shard pods. */
@ClusterTest
class StreamUserTest {
  private static final String USER =
      """
      apiVersion: millrace.dev/v1alpha1
      kind: StreamUser
      metadata: {name: buyer}
      spec:
        policy: |
          {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "kinesis:PutRecord", "Resource": "arn:aws:kinesis:*:*:stream/bought"}]}
        serviceAccounts: [buyer]
      """;

  @Test
  void aUserMayDoWhatItsPolicyAllowsAndItsServiceAccountNeedsNoKey(Installation millrace) {
    millrace.apply(USER);
    millrace.apply(Manifests.stream("bought", "shardCount: 1"));
    millrace.awaitReady("bought");
    millrace.directEndpoint("bought");
    millrace.kubectl("create", "serviceaccount", "buyer");
    millrace.kubectl("wait", "--for=condition=Ready", "streamuser/buyer", "--timeout=240s");
    StreamUserStatus status =
        millrace
            .kubernetes()
            .resources(StreamUser.class)
            .inNamespace(millrace.namespace())
            .withName("buyer")
            .require()
            .getStatus();
    Secret secret =
        millrace
            .kubernetes()
            .secrets()
            .inNamespace(millrace.namespace())
            .withName(Objects.requireNonNull(status.secretName()))
            .require();
    AwsCredentials key =
        AwsBasicCredentials.create(
            text(secret, "AWS_ACCESS_KEY_ID"), text(secret, "AWS_SECRET_ACCESS_KEY"));
    String token =
        millrace.kubectl("create", "token", "buyer", "--audience=sts.amazonaws.com").strip();
    try (Installation.ForwardedApi gateway = millrace.api();
        Installation.ForwardedApi pod = millrace.api("bought")) {
      String atGateway = "http://127.0.0.1:" + gateway.forward().getLocalPort();
      String atPod = "http://127.0.0.1:" + pod.forward().getLocalPort();
      assertRights(atGateway, key, Objects.requireNonNull(status.userARN()));
      assertRights(atPod, key, Objects.requireNonNull(status.userARN()));

      Credentials session = session(atGateway, Objects.requireNonNull(status.roleARN()), token);
      AwsCredentials temporary =
          AwsSessionCredentials.create(
              session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
      String sessionArn =
          Objects.requireNonNull(status.roleARN())
                  .replace(":iam:", ":sts:")
                  .replace(":role/", ":assumed-role/")
              + "/test";
      assertRights(atGateway, temporary, sessionArn);
      // No front keeps sessions: the pods know this one, too.
      assertRights(atPod, temporary, sessionArn);
      assertThatThrownBy(
              () ->
                  session(
                      atPod,
                      Objects.requireNonNull(status.roleARN()),
                      millrace
                          .kubectl("create", "token", "default", "--audience=sts.amazonaws.com")
                          .strip()))
          .hasMessageContaining("Not authorized to perform sts:AssumeRoleWithWebIdentity");
    }
    millrace.kubectl("delete", "streamuser", "buyer");
    millrace.kubectl("delete", "serviceaccount", "buyer");
    millrace.kubectl("delete", "kinesisstream", "bought");
  }

  private static String text(Secret secret, String key) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  private static void assertRights(String endpoint, AwsCredentials credentials, String arn) {
    try (KinesisClient kinesis =
        KinesisClient.builder()
            .endpointOverride(URI.create(endpoint))
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .httpClientBuilder(ApacheHttpClient.builder())
            .build()) {
      assertThat(
              kinesis
                  .putRecord(
                      put ->
                          put.streamName("bought")
                              .partitionKey("k")
                              .data(SdkBytes.fromUtf8String("x")))
                  .sequenceNumber())
          .isNotEmpty();
      assertThatThrownBy(() -> kinesis.describeStreamSummary(d -> d.streamName("bought")))
          .isInstanceOf(KinesisException.class)
          .hasMessageContaining(
              "User: %s is not authorized to perform: kinesis:DescribeStreamSummary", arn);
    }
  }

  private static Credentials session(String endpoint, String role, String token) {
    try (StsClient sts =
        StsClient.builder()
            .endpointOverride(URI.create(endpoint))
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClientBuilder(ApacheHttpClient.builder())
            .build()) {
      return sts.assumeRoleWithWebIdentity(
              assume -> assume.roleArn(role).roleSessionName("test").webIdentityToken(token))
          .credentials();
    }
  }
}

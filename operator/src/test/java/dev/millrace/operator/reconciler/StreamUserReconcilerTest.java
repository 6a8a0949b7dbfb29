// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.identity.UserDirectory.ListedKey;
import dev.millrace.core.identity.UserDirectory.ListedUser;
import dev.millrace.crds.Condition;
import dev.millrace.crds.StreamUser;
import dev.millrace.crds.StreamUserSpec;
import dev.millrace.crds.StreamUserStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Users and their Secrets on a real API server that knows our definitions. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamUserReconcilerTest {
  private static final String POLICY =
      """
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kinesis:Put*", "Resource": "*"}]}
      """;

  private TestingOperator operator;

  @BeforeAll
  void start() {
    operator = new TestingOperator(1);
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  private Resource<StreamUser> user(String name) {
    return operator
        .client()
        .resources(StreamUser.class)
        .inNamespace(operator.namespace())
        .withName(name);
  }

  private Resource<Secret> secret(String name) {
    return operator.client().secrets().inNamespace(operator.namespace()).withName(name);
  }

  private void create(String name, @Nullable String policy) {
    StreamUser object = new StreamUser();
    object.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace(operator.namespace()).build());
    object.setSpec(new StreamUserSpec(policy, List.of("checkout"), null, 3_600));
    operator.client().resource(object).create();
  }

  private StreamUser await(String name, String reason) {
    return TestingOperator.await(user(name), found -> reason.equals(reason(found)));
  }

  private static String reason(StreamUser user) {
    return Optional.ofNullable(user.getStatus())
        .map(StreamUserStatus::conditions)
        .orElse(List.of())
        .stream()
        .map(Condition::reason)
        .findFirst()
        .orElse("");
  }

  private static String text(Secret secret, String key) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  private static List<ListedUser> listed(Secret secret) {
    try {
      return new ObjectMapper()
          .readValue(text(secret, UserDirectory.FILE), UserDirectory.class)
          .users();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<ListedKey> keys(String user) {
    return listed(secret(UserDirectory.SECRET).get()).stream()
        .filter(listed -> listed.name().equals(user))
        .flatMap(listed -> listed.keys().stream())
        .toList();
  }

  @Test
  void aUserGetsASecretForItsPodsAndIsKnownToTheFronts() {
    create("shop", POLICY);
    StreamUserStatus status = await("shop", "KeyGiven").getStatus();
    Secret own = secret("millrace-user-shop").get();
    assertThat(text(own, "AWS_ACCESS_KEY_ID")).isEqualTo(status.accessKeyId()).startsWith("AKIA");
    assertThat(text(own, "AWS_SECRET_ACCESS_KEY")).hasSize(40);
    assertThat(text(own, "AWS_ENDPOINT_URL_KINESIS"))
        .isEqualTo("http://millrace-gateway." + operator.namespace() + ".svc:4567");
    assertThat(text(own, "AWS_REGION")).isEqualTo("us-east-1");
    assertThat(status.userARN()).endsWith(":user/shop");
    ListedUser known =
        listed(secret(UserDirectory.SECRET).get()).stream()
            .filter(user -> user.name().equals("shop"))
            .findFirst()
            .orElseThrow();
    assertThat(known.policy()).isEqualTo(POLICY);
    assertThat(known.serviceAccounts()).containsExactly("checkout");
    assertThat(known.keys()).hasSize(1);
    assertThat(known.keys().getFirst().secret()).isEqualTo(text(own, "AWS_SECRET_ACCESS_KEY"));
    UserDirectory directory = directory();
    assertThat(Objects.requireNonNull(directory.tokens()).issuer()).startsWith("https://");
    assertThat(directory.tokens().keys()).contains("\"kty\"");
  }

  private UserDirectory directory() {
    try {
      return new ObjectMapper()
          .readValue(
              text(secret(UserDirectory.SECRET).get(), UserDirectory.FILE), UserDirectory.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aRaisedGenerationReplacesTheKeyAndKeepsTheFormerOneForItsOverlap() {
    create("rotating", null);
    String former = await("rotating", "KeyGiven").getStatus().accessKeyId();
    user("rotating")
        .edit(
            object -> {
              object.setSpec(new StreamUserSpec(null, List.of(), 2, 3_600));
              return object;
            });
    StreamUser replaced =
        TestingOperator.await(
            user("rotating"),
            found ->
                found.getStatus() != null
                    && Objects.equals(found.getStatus().keyGeneration(), 2L)
                    && reason(found).equals("KeyGiven"));
    assertThat(text(secret("millrace-user-rotating").get(), "AWS_ACCESS_KEY_ID"))
        .isEqualTo(replaced.getStatus().accessKeyId())
        .isNotEqualTo(former);
    assertThat(keys("rotating"))
        .extracting(ListedKey::id)
        .containsExactly(replaced.getStatus().accessKeyId(), former);
    assertThat(keys("rotating").getLast().expiresAt()).isNotNull();
  }

  @Test
  void aDeletedUserIsNotKnownAnyMoreAlsoIfItWasTheLast() {
    create("leaving", null);
    await("leaving", "KeyGiven");
    user("leaving").delete();
    TestingOperator.await(
        secret(UserDirectory.SECRET),
        found -> listed(found).stream().noneMatch(user -> user.name().equals("leaving")));
  }

  @Test
  void aSecretOfSomebodyElseIsLeftAlone() {
    operator
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("millrace-user-taken")
                .withNamespace(operator.namespace())
                .endMetadata()
                .addToStringData("theirs", "untouched")
                .build())
        .create();
    create("taken", null);
    StreamUser refused = await("taken", "SecretTaken");
    assertThat(refused.getStatus().secretName()).isNull();
    assertThat(text(secret("millrace-user-taken").get(), "theirs")).isEqualTo("untouched");
  }

  /** One Secret that somebody edited must not keep the directory from being made again. */
  @Test
  void aDeletedDirectoryIsMadeAgainAlsoWithASecretThatSomebodyEdited() {
    create("kept", null);
    create("edited", null);
    String kept = await("kept", "KeyGiven").getStatus().accessKeyId();
    await("edited", "KeyGiven");
    secret("millrace-user-edited")
        .edit(
            found -> {
              found.getMetadata().getAnnotations().put("millrace.dev/key-generation", "many");
              return found;
            });
    secret(UserDirectory.SECRET).delete();
    user("kept")
        .edit(
            object -> {
              object.setSpec(new StreamUserSpec(null, List.of("other"), null, 3_600));
              return object;
            });
    TestingOperator.await(
        secret(UserDirectory.SECRET),
        found -> listed(found).stream().anyMatch(user -> user.name().equals("edited")));
    assertThat(keys("kept")).extracting(ListedKey::id).containsExactly(kept);
  }

  @Test
  void aPolicyThatIsNoneIsSaidAndTheUserMayDoNothing() {
    create("broken", "{\"Statement\": []}");
    StreamUser refused = await("broken", "InvalidPolicy");
    assertThat(refused.getStatus().conditions())
        .first()
        .extracting(Condition::message)
        .asString()
        .contains("Statement: must not be empty");
    assertThat(secret("millrace-user-broken").get()).isNull();
  }
}

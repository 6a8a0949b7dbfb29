// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.identity.UserDirectory.ListedKey;
import dev.millrace.core.identity.UserDirectory.ListedUser;
import dev.millrace.core.identity.UserDirectory.TokenIssuer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleWithWebIdentityCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.StsException;

/** Users may do what policies allow, with keys that are theirs, and nothing else; SDKs ask. */
class AccessTest {
  private static final String ACCOUNT = "000000000000";
  private static final String ARN = "arn:aws:kinesis:us-east-1:" + ACCOUNT + ":stream/";
  private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
  private static final String AUDIENCE = "sts.amazonaws.com";
  private static final ListedUser ADMIN = user("admin", allow("kinesis:*", "*"));
  private static final ListedUser WRITER = user("writer", allow("kinesis:Put*", ARN + "orders"));

  @TempDir private Path folder;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private TestingStandalone server;
  private KinesisClient admin;

  @BeforeEach
  void start() throws Exception {
    list(ADMIN, WRITER);
    server =
        new TestingStandalone(
            folder.resolve("data"),
            "MILLRACE_USERS_FILE",
            users().toString(),
            "MILLRACE_NAMESPACE",
            "shop");
    // Clients sign with the time that it is.
    server.pass(Duration.between(server.now(), Instant.now()));
    admin = kinesis("admin");
    admin.createStream(r -> r.streamName("orders").shardCount(1));
    admin.createStream(r -> r.streamName("other").shardCount(1).tags(Map.of("team", "blue")));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    server.close();
  }

  private Path users() {
    return folder.resolve("users.json");
  }

  private static String allow(String action, String resource) {
    return statement("Allow", action, resource, "");
  }

  private static String statement(String effect, String action, String resource, String more) {
    return """
        {"Version":"2012-10-17","Statement":[{"Effect":"%s","Action":"%s","Resource":"%s"%s}]}
        """
        .formatted(effect, action, resource, more);
  }

  private static String principal(String user) {
    return ",\"Principal\":{\"AWS\":\"arn:aws:iam::" + ACCOUNT + ":user/" + user + "\"}";
  }

  private static ListedUser user(String name, @Nullable String policy, String... serviceAccounts) {
    return new ListedUser(
        name,
        "AIDA" + name,
        policy,
        List.of(serviceAccounts),
        List.of(key("AKIA" + name, "secret of " + name, null)));
  }

  private static ListedKey key(String id, String secret, @Nullable String expiresAt) {
    return new ListedKey(id, secret, 1, "2026-01-01T00:00:00Z", expiresAt);
  }

  private void list(ListedUser... users) throws IOException {
    write(new UserDirectory(List.of(users), null));
  }

  private void write(UserDirectory directory) throws IOException {
    Path fresh = folder.resolve("users.json.new");
    Files.writeString(fresh, JsonObject.mapFrom(directory).encode());
    Files.move(fresh, users(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (server != null) {
      server.readUsers();
    }
  }

  private KinesisClient kinesis(String user) {
    return kinesis(
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create("AKIA" + user, "secret of " + user)));
  }

  private KinesisClient kinesis(TestingStandalone at, AwsCredentials credentials) {
    return kinesis(at, StaticCredentialsProvider.create(credentials));
  }

  private KinesisClient kinesis(AwsCredentialsProvider credentials) {
    return kinesis(server, credentials);
  }

  private KinesisClient kinesis(TestingStandalone at, AwsCredentialsProvider credentials) {
    KinesisClient client =
        KinesisClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + at.port()))
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials)
            .httpClientBuilder(ApacheHttpClient.builder())
            .build();
    opened.add(client);
    return client;
  }

  private StsClient sts(AwsCredentialsProvider credentials) {
    StsClient client =
        StsClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials)
            .httpClientBuilder(ApacheHttpClient.builder())
            .build();
    opened.add(client);
    return client;
  }

  private static AwsCredentialsProvider session(Credentials of) {
    return StaticCredentialsProvider.create(
        AwsSessionCredentials.create(of.accessKeyId(), of.secretAccessKey(), of.sessionToken()));
  }

  private static void put(KinesisClient client, String stream) {
    client.putRecord(
        r -> r.streamName(stream).partitionKey("k").data(SdkBytes.fromUtf8String("x")));
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KinesisException.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
              assertThat(e.statusCode()).isEqualTo(400);
            });
  }

  private static String notAllowed(String user, String action, String resource) {
    return "User: arn:aws:iam::%s:user/%s is not authorized to perform: kinesis:%s on resource: %s because no identity-based policy allows the kinesis:%s action"
        .formatted(ACCOUNT, user, action, resource, action);
  }

  @Test
  void aUserMayDoWhatItsPolicyAllowsAndNothingElse() {
    KinesisClient writer = kinesis("writer");
    put(writer, "orders");
    assertRefused(() -> put(writer, "other"))
        .hasMessageContaining(notAllowed("writer", "PutRecord", ARN + "other"));
    assertRefused(() -> put(writer, "missing"))
        .hasMessageContaining(notAllowed("writer", "PutRecord", ARN + "missing"));
    assertRefused(writer::listStreams)
        .hasMessageContaining(notAllowed("writer", "ListStreams", "*"));
    assertRefused(() -> writer.deleteStream(r -> r.streamName("orders")))
        .hasMessageContaining(notAllowed("writer", "DeleteStream", ARN + "orders"));
  }

  /** The streams of other accounts are not here, and who owns them has not let anybody in. */
  @Test
  void anotherAccountsStreamNeedsItsResourcePolicyToo() {
    String foreign = "arn:aws:kinesis:us-east-1:111122223333:stream/orders";
    assertRefused(() -> admin.describeStreamSummary(r -> r.streamARN(foreign)))
        .hasMessageContaining(
            "on resource: %s because no resource-based policy allows the kinesis:DescribeStreamSummary action",
            foreign);
  }

  @Test
  void anIteratorIsOnlyGoodForWhoMayReadItsStream() throws Exception {
    String iterator =
        admin
            .getShardIterator(
                r ->
                    r.streamName("other")
                        .shardId("shardId-000000000000")
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    list(ADMIN, user("reader", allow("kinesis:GetRecords", ARN + "orders")));
    KinesisClient reader = kinesis("reader");
    assertRefused(() -> reader.getRecords(r -> r.shardIterator(iterator)))
        .hasMessageContaining(notAllowed("reader", "GetRecords", ARN + "other"));
    // Naming the stream that it may read does not help.
    assertRefused(
        () -> reader.getRecords(r -> r.streamARN(ARN + "orders").shardIterator(iterator)));
    list(ADMIN, user("reader", allow("kinesis:GetRecords", ARN + "other")));
    assertThat(reader.getRecords(r -> r.shardIterator(iterator)).records()).isEmpty();
  }

  @Test
  void pagesOfShardsAreOnlyForWhoMayListTheirStream() throws Exception {
    admin.createStream(r -> r.streamName("wide").shardCount(3));
    String token = admin.listShards(r -> r.streamName("wide").maxResults(1)).nextToken();
    list(ADMIN, user("reader", allow("kinesis:ListShards", ARN + "orders")));
    assertRefused(() -> kinesis("reader").listShards(r -> r.nextToken(token)))
        .hasMessageContaining(notAllowed("reader", "ListShards", ARN + "wide"));
  }

  @Test
  void aResourcePolicyAllowsWhomItNamesAndItsDenyWins() throws Exception {
    list(ADMIN, user("guest", null), WRITER);
    KinesisClient guest = kinesis("guest");
    assertRefused(() -> put(guest, "orders"));
    admin.putResourcePolicy(
        r ->
            r.resourceARN(ARN + "orders")
                .policy(
                    statement("Allow", "kinesis:PutRecord", ARN + "orders", principal("guest"))));
    put(guest, "orders");
    admin.putResourcePolicy(
        r ->
            r.resourceARN(ARN + "orders")
                .policy(statement("Deny", "kinesis:Put*", ARN + "orders", principal("writer"))));
    assertRefused(() -> put(guest, "orders"));
    assertRefused(() -> put(kinesis("writer"), "orders"))
        .hasMessageContaining("with an explicit deny in a resource-based policy");
  }

  @Test
  void aTextThatIsNoPolicyIsNotAttached() {
    assertThatThrownBy(
            () ->
                admin.putResourcePolicy(
                    r -> r.resourceARN(ARN + "orders").policy("{\"Statement\":[]}")))
        .isInstanceOf(KinesisException.class)
        .hasMessageContaining("Statement: must not be empty");
  }

  @Test
  void aConsumersPolicyIsThatOfTheConsumer() throws Exception {
    String consumer =
        admin
            .registerStreamConsumer(r -> r.streamARN(ARN + "orders").consumerName("app"))
            .consumer()
            .consumerARN();
    list(
        ADMIN,
        user("reader", allow("kinesis:DescribeStreamConsumer", ARN + "orders/consumer/app:*")));
    KinesisClient reader = kinesis("reader");
    assertThat(
            reader
                .describeStreamConsumer(r -> r.streamARN(ARN + "orders").consumerName("app"))
                .consumerDescription()
                .consumerARN())
        .isEqualTo(consumer);
    assertRefused(
            () ->
                reader.describeStreamConsumer(
                    r -> r.streamARN(ARN + "orders").consumerName("other")))
        .hasMessageContaining("on resource: " + ARN + "orders/consumer/other:0 because");
  }

  @Test
  void conditionsAskForTagsAndAddresses() throws Exception {
    String blue = ",\"Condition\":{\"StringEquals\":{\"aws:ResourceTag/team\":\"blue\"}}";
    String far = ",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}";
    String tagged = ",\"Condition\":{\"StringEquals\":{\"aws:RequestTag/team\":\"red\"}}";
    list(
        ADMIN,
        user("blue", statement("Allow", "kinesis:PutRecord", "*", blue)),
        user("far", statement("Allow", "kinesis:PutRecord", "*", far)),
        user("red", statement("Allow", "kinesis:*", "*", tagged)));
    put(kinesis("blue"), "other");
    assertRefused(() -> put(kinesis("blue"), "orders"));
    assertRefused(() -> put(kinesis("far"), "orders"));
    assertRefused(
        () ->
            kinesis("red")
                .createStream(r -> r.streamName("s").shardCount(1).tags(Map.of("team", "green"))));
    kinesis("red").createStream(r -> r.streamName("s").shardCount(1).tags(Map.of("team", "red")));
  }

  /** The call that creates a stream may not set tags just because it may create streams. */
  @Test
  void tagsOfANewStreamNeedTheirOwnPermission() throws Exception {
    list(ADMIN, user("creator", allow("kinesis:CreateStream", "*")));
    assertRefused(
            () ->
                kinesis("creator")
                    .createStream(
                        r -> r.streamName("s").shardCount(1).tags(Map.of("team", "blue"))))
        .hasMessageContaining(notAllowed("creator", "AddTagsToStream", ARN + "s"));
    kinesis("creator").createStream(r -> r.streamName("s").shardCount(1));
  }

  @Test
  void aSessionMayWhatItsUserMayUntilItEnds() throws Exception {
    Credentials temporary =
        sts(StaticCredentialsProvider.create(key("writer")))
            .getSessionToken(r -> r.durationSeconds(900))
            .credentials();
    assertThat(temporary.expiration())
        .isBetween(server.now().plusSeconds(899), server.now().plusSeconds(901));
    KinesisClient writer = kinesis(session(temporary));
    put(writer, "orders");
    assertRefused(() -> put(writer, "other"))
        .hasMessageContaining(notAllowed("writer", "PutRecord", ARN + "other"));
    assertThat(sts(session(temporary)).getCallerIdentity().arn())
        .isEqualTo("arn:aws:iam::" + ACCOUNT + ":user/writer");
    assertThatThrownBy(() -> sts(session(temporary)).getSessionToken())
        .isInstanceOf(StsException.class)
        .hasMessageContaining("Cannot call GetSessionToken with session credentials");
    // Somebody else's token, and none, with the right key.
    Credentials other =
        sts(StaticCredentialsProvider.create(key("admin"))).getSessionToken().credentials();
    assertUnknown(
        AwsSessionCredentials.create(
            temporary.accessKeyId(), temporary.secretAccessKey(), other.sessionToken()));
    assertUnknown(AwsBasicCredentials.create(temporary.accessKeyId(), temporary.secretAccessKey()));
    server.pass(Duration.ofMinutes(15));
    assertThatThrownBy(() -> put(writer, "orders"))
        .isInstanceOf(KinesisException.class)
        .hasMessageContaining("The security token included in the request is expired");
  }

  private static AwsBasicCredentials key(String user) {
    return AwsBasicCredentials.create("AKIA" + user, "secret of " + user);
  }

  private void assertUnknown(AwsCredentials credentials) {
    assertThatThrownBy(() -> put(kinesis(StaticCredentialsProvider.create(credentials)), "orders"))
        .isInstanceOf(KinesisException.class)
        .hasMessageContaining("The security token included in the request is invalid");
  }

  /** Also the sessions that it had: no front keeps any, but each knows the users. */
  @Test
  void whoIsNoUserAnyMoreIsRefused() throws Exception {
    Credentials temporary =
        sts(StaticCredentialsProvider.create(key("writer"))).getSessionToken().credentials();
    list(ADMIN);
    assertUnknown(key("writer"));
    AwsSessionCredentials session =
        AwsSessionCredentials.create(
            temporary.accessKeyId(), temporary.secretAccessKey(), temporary.sessionToken());
    assertUnknown(session);
    // A later user of the same name is another one.
    list(ADMIN, new ListedUser("writer", "AIDAnew", WRITER.policy(), List.of(), List.of()));
    assertUnknown(session);
  }

  @Test
  void aKeyThatWasReplacedIsGoodForItsOverlap() throws Exception {
    list(
        ADMIN,
        new ListedUser(
            "writer",
            "AIDAwriter",
            WRITER.policy(),
            List.of(),
            List.of(
                key("AKIAnew", "new", null),
                key(
                    "AKIAwriter",
                    "secret of writer",
                    server.now().plus(Duration.ofHours(1)).toString()))));
    put(kinesis("writer"), "orders");
    put(
        kinesis(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAnew", "new"))),
        "orders");
    server.pass(Duration.ofHours(1));
    assertThatThrownBy(() -> put(kinesis("writer"), "orders"))
        .isInstanceOf(KinesisException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void aBadDirectoryChangesNothingAndABadUserOnlyItself() throws Exception {
    list(ADMIN, WRITER, user("broken", "{\"Statement\":1}"));
    put(kinesis("writer"), "orders");
    assertUnknown(key("broken"));
    Files.writeString(users(), "{\"users\":[{\"name\":");
    assertThatThrownBy(server::readUsers).isInstanceOf(IOException.class);
    put(kinesis("writer"), "orders");
    Files.delete(users());
    server.readUsers();
    assertUnknown(key("writer"));
  }

  /** Else a user could take the rights of such a key, which may do everything. */
  @Test
  void aUserWithABadKeyOrTheNameOfAKeyOfTheSettingsIsNoUser() throws Exception {
    ListedUser bad =
        new ListedUser(
            "bad",
            "AIDAbad",
            null,
            List.of(),
            List.of(key("AKIAbad", "secret of bad", null), key("AKIAold", "s", "some day")));
    list(ADMIN, WRITER, bad);
    assertUnknown(key("bad"));
    put(kinesis("writer"), "orders");
    try (TestingStandalone shared =
        new TestingStandalone(
            folder.resolve("shared"),
            "MILLRACE_CREDENTIALS",
            "writer:shared",
            "MILLRACE_USERS_FILE",
            users().toString())) {
      shared.pass(Duration.between(shared.now(), Instant.now()));
      assertThatThrownBy(() -> kinesis(shared, key("writer")).listStreams())
          .isInstanceOf(KinesisException.class)
          .hasMessageContaining("The security token included in the request is invalid");
      assertThat(
              kinesis(shared, AwsBasicCredentials.create("writer", "shared"))
                  .listStreams()
                  .streamNames())
          .isEmpty();
    }
  }

  @Test
  void aServiceAccountsTokenIsGoodForASession() throws Exception {
    RsaJsonWebKey cluster = RsaJwkGenerator.generateJwk(2048);
    cluster.setKeyId("k1");
    write(
        new UserDirectory(
            List.of(ADMIN, user("writer", WRITER.policy(), "checkout")),
            new TokenIssuer(
                ISSUER,
                AUDIENCE,
                new JsonWebKeySet(cluster).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY))));
    KinesisClient app =
        kinesis(
            StsAssumeRoleWithWebIdentityCredentialsProvider.builder()
                .stsClient(sts(AnonymousCredentialsProvider.create()))
                .refreshRequest(assume("writer", token(cluster, "shop", "checkout", AUDIENCE)))
                .build());
    put(app, "orders");
    assertRefused(() -> put(app, "other"))
        .hasMessageContaining(
            "User: arn:aws:sts::%s:assumed-role/writer/app-1 is not authorized", ACCOUNT);

    assertNotAssumed("writer", token(cluster, "shop", "another", AUDIENCE), "AccessDenied");
    assertNotAssumed("admin", token(cluster, "shop", "checkout", AUDIENCE), "AccessDenied");
    assertNotAssumed("nobody", token(cluster, "shop", "checkout", AUDIENCE), "AccessDenied");
    // The same name in another namespace is another service account.
    assertNotAssumed("writer", token(cluster, "blog", "checkout", AUDIENCE), "AccessDenied");
    assertNotAssumed(
        "writer",
        token(cluster, "shop", "checkout", "https://kubernetes.default.svc"),
        "InvalidIdentityToken");
    RsaJsonWebKey forged = RsaJwkGenerator.generateJwk(2048);
    forged.setKeyId("k1");
    assertNotAssumed("writer", token(forged, "shop", "checkout", AUDIENCE), "InvalidIdentityToken");
    assertNotAssumed("writer", "no.token.atall", "InvalidIdentityToken");
    assertNotAssumed("writer", unsigned(), "InvalidIdentityToken");
    String old = token(cluster, "shop", "checkout", AUDIENCE);
    server.pass(Duration.ofMinutes(11));
    assertNotAssumed("writer", old, "ExpiredTokenException");
  }

  private static AssumeRoleWithWebIdentityRequest assume(String role, String token) {
    return AssumeRoleWithWebIdentityRequest.builder()
        .roleArn("arn:aws:iam::" + ACCOUNT + ":role/" + role)
        .roleSessionName("app-1")
        .webIdentityToken(token)
        .build();
  }

  private void assertNotAssumed(String role, String token, String code) {
    assertThatThrownBy(
            () ->
                sts(AnonymousCredentialsProvider.create())
                    .assumeRoleWithWebIdentity(assume(role, token)))
        .isInstanceOfSatisfying(
            StsException.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.getMessage()).doesNotContain(token);
            });
  }

  private JwtClaims claims(String namespace, String serviceAccount, String audience) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(ISSUER);
    claims.setAudience(audience);
    claims.setSubject("system:serviceaccount:" + namespace + ":" + serviceAccount);
    claims.setExpirationTime(
        NumericDate.fromSeconds(server.now().plus(Duration.ofMinutes(10)).getEpochSecond()));
    return claims;
  }

  private String token(RsaJsonWebKey key, String namespace, String account, String audience)
      throws JoseException {
    JsonWebSignature token = new JsonWebSignature();
    token.setPayload(claims(namespace, account, audience).toJson());
    token.setKey(key.getPrivateKey());
    token.setKeyIdHeaderValue(key.getKeyId());
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
    return token.getCompactSerialization();
  }

  private String unsigned() throws JoseException {
    JsonWebSignature token = new JsonWebSignature();
    token.setAlgorithmConstraints(org.jose4j.jwa.AlgorithmConstraints.NO_CONSTRAINTS);
    token.setPayload(claims("shop", "checkout", AUDIENCE).toJson());
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
    return token.getCompactSerialization();
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static dev.millrace.kubernetes.TestingNamespace.creating;
import static dev.millrace.kubernetes.TestingNamespace.edit;
import static dev.millrace.kubernetes.TestingNamespace.replace;
import static dev.millrace.kubernetes.TestingNamespace.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Control calls and manifests change the same objects, and neither takes from the other. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class ControlCallsTest {
  private static TestingNamespace namespace;
  private static ClusterStreams gateway;

  @BeforeAll
  static void start() throws IOException {
    namespace = new TestingNamespace();
    gateway = namespace.gateway();
  }

  @AfterAll
  static void stop() {
    namespace.close();
  }

  /** A stream by CreateStream, ACTIVE. */
  private static CatalogueEntry created(String name, int shards, StreamSettings settings) {
    Outcome outcome = gateway.create(creating(name, shards, settings)).toCompletableFuture().join();
    assertThat(outcome).isEqualTo(new Outcome.Replaced(1));
    return namespace.active(gateway, name, shards);
  }

  private static CatalogueEntry created(String name, int shards) {
    return created(name, shards, StreamSettings.of(StreamMode.PROVISIONED));
  }

  /** A stream by a manifest that Git owns, ACTIVE. */
  private static CatalogueEntry applied(String name, String spec) {
    namespace.applyAs("argocd-controller", false, name, spec);
    TestingNamespace.await(() -> gateway.find(new StreamName(name)).isPresent());
    return namespace.active(gateway, name, 2);
  }

  private static StreamSettings now(String name) {
    return gateway.find(new StreamName(name)).orElseThrow().definition().settings();
  }

  private static void refuses(String name, UnaryOperator<StreamDefinition> change, String message) {
    long generation = namespace.object(name).get().getMetadata().getGeneration();
    assertThat(refusal(name, change).reason()).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(refusal(name, change)).hasMessage(message);
    assertThat(namespace.object(name).get().getMetadata().getGeneration()).isEqualTo(generation);
  }

  private static LogRefusedException refusal(String name, UnaryOperator<StreamDefinition> change) {
    try {
      edit(gateway, name, change);
    } catch (CompletionException e) {
      if (e.getCause() instanceof LogRefusedException refused) {
        return refused;
      }
      throw e;
    }
    throw new AssertionError("not refused");
  }

  @Test
  void eachSettingIsWrittenToItsFieldAndShownAtOnce() {
    created("settings", 2, StreamSettings.of(StreamMode.ON_DEMAND));
    check("settings", s -> s.withRetentionHours(48), 48, "retentionPeriodHours");
    check("settings", s -> s.withMaxRecordSizeKiB(2048), 2048, "maxRecordSizeInKiB");
    check("settings", s -> s.withTags(Map.of("a.b/c", "d")), "d", "tags", "a.b/c");
    check("settings", s -> s.withTags(Map.of("a.b/c", "e")), "e", "tags", "a.b/c");
    check(
        "settings",
        s -> s.withKeyId(Optional.of("alias/k")),
        Map.of("encryptionType", "KMS", "keyId", "alias/k"),
        "streamEncryption");
    check("settings", s -> s.withPolicy(Optional.of("{\"a\":1}")), "{\"a\":1}", "resourcePolicy");
    check("settings", s -> s.withWarmThroughput(Optional.of(7)), 7, "warmThroughputMiBps");
    check(
        "settings",
        s -> s.withDistribution(RecordDistribution.AUTO),
        "AUTO",
        "recordDistributionStrategy");
    check(
        "settings",
        s -> s.withDistribution(RecordDistribution.USER_PARTITION_KEY),
        "USER_PARTITION_KEY",
        "recordDistributionStrategy");
    check(
        "settings",
        s -> s.withShardLevelMetrics(new TreeSet<>(List.of("IncomingBytes", "OutgoingBytes"))),
        List.of("IncomingBytes", "OutgoingBytes"),
        "desiredShardLevelMetrics");

    // And back.
    check(
        "settings",
        s -> s.withShardLevelMetrics(new TreeSet<>(List.of("OutgoingBytes"))),
        List.of("OutgoingBytes"),
        "desiredShardLevelMetrics");
    check("settings", s -> s.withPolicy(Optional.empty()), null, "resourcePolicy");
    check("settings", s -> s.withKeyId(Optional.empty()), null, "streamEncryption");
    check("settings", s -> s.withTags(Map.of()), null, "tags", "a.b/c");
    check("settings", s -> s.withRetentionHours(24), 24, "retentionPeriodHours");
    check(
        "settings",
        s -> s.withMode(StreamMode.PROVISIONED).withWarmThroughput(Optional.empty()),
        "PROVISIONED",
        "streamModeDetails",
        "streamMode");
    assertThat(namespace.spec("settings", "warmThroughputMiBps")).isNull();
    assertThat(namespace.spec("settings", "shardCount"))
        .as("a stream in mode PROVISIONED keeps the shards that it has")
        .isEqualTo(2);
    check(
        "settings",
        s -> s.withMode(StreamMode.ON_DEMAND),
        "ON_DEMAND",
        "streamModeDetails",
        "streamMode");
  }

  private static void check(
      String name, UnaryOperator<StreamSettings> change, @Nullable Object value, String... field) {
    StreamSettings wanted = change.apply(now(name));
    edit(gateway, name, setting(change));
    assertThat(now(name)).isEqualTo(wanted);
    assertThat(namespace.spec(name, field)).isEqualTo(value);
    namespace.active(gateway, name, 2);
  }

  @Test
  void aSplitAMergeAndACountAreWrittenAsRequests() {
    created("shards", 2);
    reshard("shards", s -> split(s, 1));
    assertThat(namespace.spec("shards", "shardCount")).isEqualTo(3);
    Map<String, Object> split = Json.map(namespace.spec("shards", "reshardRequest"));
    assertThat(split)
        .containsEntry("shard", "shardId-000000000001")
        .containsEntry("newStartingHashKey", middle(1).toString())
        .containsOnlyKeys("id", "shard", "newStartingHashKey");
    assertThat(gateway.find(new StreamName("shards")).orElseThrow().definition().status())
        .as("before the operator has seen it")
        .isEqualTo(StreamStatus.UPDATING);

    // The operator has rejected it: two shards are still open.
    namespace.active(gateway, "shards", 2);
    reshard("shards", s -> ReshardPlanner.merge(open(s, 0), open(s, 1), s.shape().nextIndex()));
    Map<String, Object> merge = Json.map(namespace.spec("shards", "reshardRequest"));
    assertThat(namespace.spec("shards", "shardCount")).isEqualTo(1);
    assertThat(merge)
        .containsEntry("shard", "shardId-000000000000")
        .containsEntry("with", "shardId-000000000001")
        .containsOnlyKeys("id", "shard", "with");
    assertThat(merge.get("id")).isNotEqualTo(split.get("id"));

    namespace.active(gateway, "shards", 2);
    reshard("shards", s -> ReshardPlanner.toCount(s.shape(), 5).orElseThrow());
    assertThat(namespace.spec("shards", "shardCount")).isEqualTo(5);
    assertThat(namespace.spec("shards", "reshardRequest")).isNull();
    assertThat(gateway.shardCountLimits(new StreamName("shards")).calls()).isEqualTo(1);

    namespace.active(gateway, "shards", 2);
    reshard("shards", s -> ReshardPlanner.toCount(s.shape(), 4).orElseThrow());
    assertThat(gateway.shardCountLimits(new StreamName("shards")).calls()).isEqualTo(2);
  }

  private static void reshard(String name, Function<StreamDefinition, Lineage> lineage) {
    edit(gateway, name, s -> s.withReshard(Reshard.of(lineage.apply(s))));
  }

  private static ShardDefinition open(StreamDefinition stream, int index) {
    return stream.openShards().get(index);
  }

  private static HashKey middle(int shard) {
    return HashKeyRange.uniform(4).get(2 * shard + 1).starting();
  }

  private static Lineage split(StreamDefinition stream, int index) {
    return ReshardPlanner.split(open(stream, index), middle(index), stream.shape().nextIndex());
  }

  @Test
  void aFieldThatGitOwnsIsRefusedAndItsOwnerNamed() {
    applied(
        "owned",
        """
        {"shardCount": 2, "retentionPeriodHours": 48, "tags": {"team": "a"},
         "resourcePolicy": "{}", "desiredShardLevelMetrics": ["IncomingBytes"],
         "streamEncryption": {"encryptionType": "KMS", "keyId": "k"}}
        """);
    String owned = " of KinesisStream owned is owned by argocd-controller; change it there";
    refuses("owned", setting(s -> s.withRetentionHours(72)), "spec.retentionPeriodHours" + owned);
    refuses("owned", setting(s -> s.withTags(Map.of("team", "b"))), "spec.tags.team" + owned);
    refuses("owned", setting(s -> s.withTags(Map.of())), "spec.tags.team" + owned);
    refuses("owned", setting(s -> s.withPolicy(Optional.empty())), "spec.resourcePolicy" + owned);
    refuses("owned", setting(s -> s.withKeyId(Optional.empty())), "spec.streamEncryption" + owned);
    refuses(
        "owned",
        setting(s -> s.withShardLevelMetrics(new TreeSet<>())),
        "spec.desiredShardLevelMetrics[=\"IncomingBytes\"]" + owned);
    refuses(
        "owned",
        s -> s.withReshard(Reshard.of(ReshardPlanner.toCount(s.shape(), 3).orElseThrow())),
        "spec.shardCount" + owned);

    // What Git does not mention is free, defaults included.
    edit(gateway, "owned", setting(s -> s.withMaxRecordSizeKiB(2048)));
    edit(
        gateway,
        "owned",
        setting(
            s ->
                s.withShardLevelMetrics(new TreeSet<>(List.of("IncomingBytes", "OutgoingBytes")))));
    assertThat(now("owned").shardLevelMetrics()).containsExactly("IncomingBytes", "OutgoingBytes");
  }

  @Test
  void aSettingThatACreatedManifestDoesNotContainIsFree() {
    namespace.create("client-side", 2);
    TestingNamespace.await(() -> gateway.find(new StreamName("client-side")).isPresent());
    namespace.active(gateway, "client-side", 2);
    edit(gateway, "client-side", setting(s -> s.withRetentionHours(48).withMaxRecordSizeKiB(2048)));
    assertThat(namespace.spec("client-side", "retentionPeriodHours")).isEqualTo(48);
  }

  @Test
  void theScaleSubresourceOwnsTheCountThatItSet() {
    created("scaled", 2);
    namespace.object("scaled").scale(3);
    namespace.active(gateway, "scaled", 2);
    assertThat(
            refusal(
                "scaled",
                s -> s.withReshard(Reshard.of(ReshardPlanner.toCount(s.shape(), 4).orElseThrow()))))
        .hasMessageStartingWith("spec.shardCount of KinesisStream scaled is owned by ");

    // A person hands the field to the calls.
    namespace
        .object("scaled")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager("millrace-api")
                .build(),
            "{\"spec\": {\"shardCount\": 5}}");
    namespace.active(gateway, "scaled", 2);
    reshard("scaled", s -> ReshardPlanner.toCount(s.shape(), 4).orElseThrow());
    assertThat(namespace.spec("scaled", "shardCount")).isEqualTo(4);
  }

  @Test
  void applyingTheSameManifestAgainAndAgainKeepsWhatCallsHaveSet() {
    String manifest = "{\"shardCount\": 2, \"tags\": {\"team\": \"a\"}}";
    applied("gitops", manifest);
    for (int round = 1; round <= 3; round++) {
      Map<String, String> tags = new TreeMap<>(now("gitops").tags());
      tags.put("round-" + round, "api");
      int hours = 24 + round;
      edit(gateway, "gitops", setting(s -> s.withTags(tags)));
      edit(gateway, "gitops", setting(s -> s.withRetentionHours(hours)));
      long before = namespace.object("gitops").get().getMetadata().getGeneration();
      assertThat(
              namespace
                  .applyAs("argocd-controller", false, "gitops", manifest)
                  .getMetadata()
                  .getGeneration())
          .as("Argo sees no difference")
          .isEqualTo(before);
      assertThat(namespace.spec("gitops", "retentionPeriodHours")).isEqualTo(hours);
      assertThat(Json.map(namespace.spec("gitops", "tags"))).hasSize(1 + round);
    }

    // Git takes a field over, which needs force, and has it from then on.
    String taking =
        "{\"shardCount\": 2, \"tags\": {\"team\": \"a\"}, \"retentionPeriodHours\": 72}";
    assertThatThrownBy(() -> namespace.applyAs("argocd-controller", false, "gitops", taking))
        .hasMessageContaining("conflict with \"millrace-api\": .spec.retentionPeriodHours");
    namespace.applyAs("argocd-controller", true, "gitops", taking);
    refuses(
        "gitops",
        setting(s -> s.withRetentionHours(96)),
        "spec.retentionPeriodHours of KinesisStream gitops is owned by argocd-controller; change it"
            + " there");
    edit(gateway, "gitops", setting(s -> s.withMaxRecordSizeKiB(2048)));
    assertThat(now("gitops").retentionHours()).isEqualTo(72);
    assertThat(now("gitops").tags()).containsKeys("team", "round-1", "round-2", "round-3");

    // And gives it back.
    namespace.applyAs("argocd-controller", false, "gitops", manifest);
    edit(gateway, "gitops", setting(s -> s.withRetentionHours(96)));
    assertThat(namespace.spec("gitops", "retentionPeriodHours")).isEqualTo(96);
  }

  @Test
  void aStreamOfCreateStreamCanBeTakenIntoGit() {
    created("adopted", 2);
    edit(gateway, "adopted", setting(s -> s.withRetentionHours(48)));
    namespace.applyAs("argocd-controller", false, "adopted", "{\"shardCount\": 2}");
    edit(gateway, "adopted", setting(s -> s.withTags(Map.of("a", "b"))));
    assertThat(
            refusal(
                "adopted",
                s -> s.withReshard(Reshard.of(ReshardPlanner.toCount(s.shape(), 3).orElseThrow()))))
        .hasMessage(
            "spec.shardCount of KinesisStream adopted is owned by argocd-controller; change it"
                + " there");
  }

  @Test
  void ofTheConcurrentChangesOfTwoGatewaysNoneIsLost() throws IOException {
    created("busy", 2);
    ClusterStreams other = namespace.gateway();
    namespace.active(other, "busy", 2);
    int calls = 10;
    CompletableFuture<?>[] tagging =
        IntStream.range(0, 2 * calls)
            .mapToObj(
                call ->
                    CompletableFuture.runAsync(
                        () ->
                            edit(
                                call % 2 == 0 ? gateway : other,
                                "busy",
                                setting(
                                    s -> {
                                      Map<String, String> tags = new TreeMap<>(s.tags());
                                      tags.put("tag-" + call, "set");
                                      return s.withTags(tags);
                                    }))))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(tagging).join();
    assertThat(Json.map(namespace.spec("busy", "tags"))).hasSize(2 * calls);
  }

  @Test
  void ofTwoThatCreateAStreamAtOnceOneSucceeds() throws IOException {
    ClusterStreams other = namespace.gateway();
    for (int round = 0; round < 5; round++) {
      StreamDefinition wanted =
          creating("once-" + round, 1, StreamSettings.of(StreamMode.PROVISIONED));
      var one = gateway.create(wanted).toCompletableFuture();
      var two = other.create(wanted).toCompletableFuture();
      assertThat(List.of(one.join(), two.join()))
          .filteredOn(Outcome.Replaced.class::isInstance)
          .hasSize(1);
    }
  }

  @Test
  void aCallThatHasSeenAnOlderStreamDecidesAgain() {
    CatalogueEntry before = created("stale", 2);
    edit(gateway, "stale", setting(s -> s.withRetentionHours(48)));
    Outcome outcome = replace(gateway, before, setting(s -> s.withRetentionHours(24)));
    assertThat(outcome).isEqualTo(new Outcome.RevisionConflict(2));
    assertThat(now("stale").retentionHours()).isEqualTo(48);
  }

  @Test
  void aSplitOfShardsThatAreNoLongerThereIsDecidedAgain() {
    CatalogueEntry before = created("reshaped", 2);
    // A reshard by the operator, which does not change the generation.
    namespace.open("reshaped", 4);
    TestingNamespace.await(
        () ->
            gateway.find(new StreamName("reshaped")).orElseThrow().definition().shards().size()
                == 4);
    assertThat(replace(gateway, before, s -> s.withReshard(Reshard.of(split(s, 0)))))
        .isEqualTo(new Outcome.RevisionConflict(1));
  }

  @Test
  void aDeletedStreamAndItsSuccessorAreNotChanged() {
    CatalogueEntry before = created("again", 2);
    namespace.object("again").delete();
    assertThat(replace(gateway, before, setting(s -> s.withRetentionHours(48))))
        .isInstanceOf(Outcome.RevisionConflict.class);
    TestingNamespace.await(() -> gateway.find(new StreamName("again")).isEmpty());
    created("again", 2);
    assertThat(replace(gateway, before, setting(s -> s.withRetentionHours(48))))
        .as("generation 1, as before")
        .isInstanceOf(Outcome.RevisionConflict.class);
    assertThat(now("again").retentionHours()).isEqualTo(24);
  }

  @Test
  void whatTheSchemaRejectsIsAnAnswerAndNotRetried() {
    created("rejected", 2);
    LogRefusedException refused =
        refusal("rejected", setting(s -> s.withWarmThroughput(Optional.of(5))));
    assertThat(refused.reason()).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(refused)
        .hasMessageContaining("warmThroughputMiBps needs streamModeDetails.streamMode ON_DEMAND");
  }
}

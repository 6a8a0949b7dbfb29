// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamNameClaim;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.StreamStorage;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedQuota;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStorage;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.ObservedStream.ExistingObject;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.observe.StorageClaim;
import dev.millrace.operator.pods.PodAddress;
import dev.millrace.operator.resource.CreationHistory;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.ShardLayout;
import dev.millrace.operator.resource.StreamIdentity;
import dev.millrace.operator.status.StreamStatuses;
import dev.millrace.operator.status.StreamStorages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of plain values with one stream, which is observed, planned for and changed without an
 * API server. It rejects what the API server rejects. With every action it asserts that a group is
 * recorded before it is formed, that a record only changes to what the group's members are, that no
 * group is formed anew, that no disk becomes a member twice, and that no Shard repeats a creation
 * second of an earlier stream.
 */
final class TestingCluster {
  static final OperatorSettings SETTINGS =
      OperatorSettings.of(Map.of("MILLRACE_SHARD_IMAGE", "millrace:test"));
  static final Instant CREATION = Instant.parse("2026-11-21T08:00:00Z");
  static final StreamIdentity IDENTITY =
      new StreamIdentity("team", "orders", "6f2e1a40-93f5-4b0e-9d0e-4d7a0a0f6c11");
  private static final UUID FIRST_UID = UUID.fromString(IDENTITY.uid());

  private final StreamReconcilePlanner planner = new StreamReconcilePlanner(SETTINGS);
  private final StreamStatuses statuses = new StreamStatuses(SETTINGS);
  private final Map<ObjectKey, ExistingObject> objects = new HashMap<>();
  private final Map<String, ShardSpec> specs = new TreeMap<>();
  private final Map<String, ShardStatus> shardStatuses = new HashMap<>();
  private final Map<String, Integer> versions = new HashMap<>();
  private final Map<String, TestingPod> pods = new TreeMap<>();

  /** The volumes, by the names of their pods. */
  private final Map<String, TestingPod.Disk> volumes = new TreeMap<>();

  private final List<String> evicted = new ArrayList<>();
  private long terms;
  private Duration certificateLifetime = Duration.ofDays(90);
  private final Map<String, List<String>> disksOfGroup = new HashMap<>();
  private final Map<String, String> groupOfPod = new HashMap<>();

  /** The disks of the members of each group. */
  private final Map<String, List<String>> configurations = new HashMap<>();

  /** The disks that were a member of a group once. */
  private final Set<String> everMembers = new HashSet<>();

  private final List<StreamNameClaim> rivals = new ArrayList<>();
  private List<String> failures = List.of();
  private List<ConsumerDefinition> consumers = List.of();
  private KinesisStreamSpec spec;
  private long generation = 1;
  private boolean deleting;
  private Optional<String> acceptedLoss = Optional.empty();
  private StreamIdentity identity = IDENTITY;
  private Instant creation = CREATION;
  private int incarnations;
  private CreationHistory history = CreationHistory.EMPTY;

  /** The latest second in a Shard of an earlier incarnation. */
  private long latestEarlierSecond;

  private final Map<String, ReshardPlan> completing = new HashMap<>();
  private final List<ReconcileAction.RecordEvent> events = new ArrayList<>();
  private int disks;
  private int statusVersion;
  private Optional<StreamStorage> storage = Optional.empty();
  private int storageVersion;
  private int storages;
  private List<ObservedQuota> quotas = List.of();
  private Set<ObjectKey> repaired = Set.of();
  private Optional<KinesisStreamStatus> status = Optional.empty();
  private Instant now = CREATION;

  TestingCluster(KinesisStreamSpec spec) {
    this.spec = spec;
  }

  /** A stream of a number of shards. */
  static KinesisStreamSpec shards(int count, int perPod) {
    return shards(count, Optional.of(perPod));
  }

  /** A stream of a number of shards, which are packed by default. */
  static KinesisStreamSpec shards(int count) {
    return shards(count, Optional.empty());
  }

  private static KinesisStreamSpec shards(int count, Optional<Integer> perPod) {
    return new KinesisStreamSpec(
        null,
        null,
        count,
        null,
        24,
        1024,
        null,
        null,
        null,
        null,
        perPod.map(together -> new KinesisStreamSpec.Placement(together, null)).orElse(null),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** A stream with so many replicas. */
  static KinesisStreamSpec replicated(int count, int perPod, int replicas) {
    KinesisStreamSpec alone = shards(count, perPod);
    return new KinesisStreamSpec(
        alone.streamName(),
        alone.streamModeDetails(),
        alone.shardCount(),
        alone.reshardRequest(),
        alone.retentionPeriodHours(),
        alone.maxRecordSizeInKiB(),
        alone.tags(),
        alone.deletionPolicy(),
        new KinesisStreamSpec.Replication(replicas),
        alone.storage(),
        alone.placement(),
        alone.limits(),
        alone.streamEncryption(),
        alone.desiredShardLevelMetrics(),
        alone.resourcePolicy(),
        alone.warmThroughputMiBps(),
        alone.recordDistributionStrategy());
  }

  KinesisStreamSpec spec() {
    return spec;
  }

  Optional<KinesisStreamStatus> status() {
    return status;
  }

  DesiredStream desired() {
    return DesiredStream.of(
        holder(),
        spec,
        known().creationSecond().orElse(creation.getEpochSecond()),
        storage
            .map(StreamStorage::getSpec)
            .orElseGet(() -> new StreamStorageSpec("", "", null, null, null, null, null, null)));
  }

  TestingPod pod(int shardSet) {
    return pod(shardSet, 0);
  }

  TestingPod pod(int shardSet, int ordinal) {
    return pod(ResourceNames.pod(desired().names().shardSet(shardSet), ordinal));
  }

  /** The pods of a shard set, in order. */
  List<TestingPod> podsOf(String shardSet) {
    return membersOf(new GroupName(shardSet, 0));
  }

  /** The members of a group, in the order of their pods. */
  List<TestingPod> membersOf(GroupName group) {
    return ResourceNames.pods(group.shardSet(), desired().replicas()).stream()
        .flatMap(name -> Optional.ofNullable(pods.get(member(name, group.number()))).stream())
        .toList();
  }

  private static String member(String pod, int group) {
    return new PodAddress("", pod, Optional.empty(), group).member();
  }

  /** The members that a pod has of the groups of its set. */
  private List<TestingPod> members(String pod) {
    return pods.values().stream().filter(member -> member.address().name().equals(pod)).toList();
  }

  /** The pod that leads the group of a shard set. */
  Optional<TestingPod> leader(String shardSet) {
    return podsOf(shardSet).stream().filter(TestingPod::leads).findFirst();
  }

  private TestingPod pod(String name) {
    return Objects.requireNonNull(pods.get(name), name);
  }

  List<TestingPod> pods() {
    return List.copyOf(pods.values());
  }

  List<ShardSpec> shardSpecs() {
    return List.copyOf(specs.values());
  }

  List<ShardStatus> shardStatuses() {
    return observe().shards().stream().map(ObservedShard::status).toList();
  }

  /** An edit of the manifest. */
  void retain(int hours) {
    edit(spec.shardCount(), spec.reshardRequest(), hours);
  }

  /** Consumers are registered. */
  void register(ConsumerDefinition... registered) {
    consumers = List.of(registered);
  }

  /** A person writes the annotation by which a loss is accepted. */
  void annotate(String text) {
    acceptedLoss = Optional.of(text);
  }

  /** What the last pass could not do. */
  void fail(String... next) {
    failures = List.of(next);
  }

  void delete() {
    deleting = true;
  }

  /** The stream is deleted with all that it owns, and created again by the same manifest. */
  void createAgain(Instant at) {
    boolean isRetained = storage.filter(TestingCluster::isRetained).isPresent();
    if (isRetained) {
      objects
          .keySet()
          .removeIf(
              key ->
                  key.kind().equals(ObjectKey.SERVICE)
                      || key.kind().equals(ObjectKey.STATEFUL_SET));
      pods.clear();
    } else {
      observedShards().forEach(shard -> shard.creationSecond().ifPresent(this::raise));
      status.map(KinesisStreamStatus::creationSecond).ifPresent(this::raise);
      objects.clear();
      specs.clear();
      shardStatuses.clear();
      versions.clear();
      pods.clear();
      volumes.clear();
      completing.clear();
      storage = Optional.empty();
    }
    status = Optional.empty();
    generation = 1;
    incarnations++;
    identity =
        new StreamIdentity(
            IDENTITY.namespace(),
            IDENTITY.name(),
            new UUID(
                    FIRST_UID.getMostSignificantBits() - incarnations * (1L << 48),
                    FIRST_UID.getLeastSignificantBits())
                .toString());
    creation = at.truncatedTo(ChronoUnit.SECONDS);
    now = at;
  }

  private static boolean isRetained(StreamStorage kept) {
    return kept.getMetadata().getOwnerReferences().isEmpty();
  }

  /** Somebody deletes the StreamStorage, and so the records. */
  void deleteStorage() {
    storage = Optional.empty();
  }

  /** The StreamStorage has no creation second, as before that was recorded. */
  void forgetSecond() {
    StreamStorage kept = storage.orElseThrow();
    StreamStorageSpec was = kept.getSpec();
    kept.setSpec(
        new StreamStorageSpec(
            was.streamName(),
            was.streamId(),
            null,
            was.replicas(),
            was.initialGroups(),
            was.shape(),
            was.resharding(),
            was.reshardRequest()));
    showStorage(kept);
  }

  /** The StreamStorage of another name or object. */
  void showStorage(StreamStorage other) {
    storage = Optional.of(other);
    storageVersion++;
  }

  Optional<StreamStorage> storage() {
    return storage;
  }

  /** Somebody deletes an object: a StatefulSet goes with its pod, not with its volume. */
  void deleteObject(ObjectKey key) {
    objects.remove(key);
    pods.values().removeIf(member -> member.groupName().shardSet().equals(key.name()));
  }

  /** Somebody edits an object. */
  void edit(ObjectKey key, HasMetadata content) {
    objects.computeIfPresent(
        key,
        (same, was) ->
            new ExistingObject(was.ownership(), was.appliedHash(), Optional.of(content)));
  }

  /** These objects were repaired a moment ago. */
  void haveRepaired(Set<ObjectKey> keys) {
    repaired = keys;
  }

  /** Number of volumes. */
  int volumes() {
    return volumes.size();
  }

  void limit(ObservedQuota... now) {
    quotas = List.of(now);
  }

  private void raise(long second) {
    latestEarlierSecond = Math.max(latestEarlierSecond, second);
  }

  Instant now() {
    return now;
  }

  CreationHistory history() {
    return history;
  }

  /** A status arrives that another operator or an earlier pass computed. */
  void showStatus(Optional<KinesisStreamStatus> shown) {
    status = shown;
    statusVersion++;
  }

  /** The history is deleted by hand. */
  void loseHistory() {
    history = CreationHistory.EMPTY;
  }

  void add(StreamNameClaim rival) {
    rivals.add(rival);
  }

  void addForeign(ObjectKey key) {
    objects.put(key, new ExistingObject(Ownership.FOREIGN, ""));
  }

  void free(ObjectKey key) {
    objects.remove(key);
  }

  /** A Shard object is deleted by hand. */
  void deleteShard(String name) {
    objects.remove(new ObjectKey(ObjectKey.SHARD, name));
    specs.remove(name);
    shardStatuses.remove(name);
  }

  /** A disk that nobody had before. */
  TestingPod.Disk emptyDisk() {
    disks++;
    return new TestingPod.Disk("disk-" + disks);
  }

  ObservedStream observe() {
    return observe(pods.values().stream().collect(Collectors.toMap(p -> p, TestingPod::report)));
  }

  /** Observes, with reports that may be older. */
  ObservedStream observe(Map<TestingPod, Optional<dev.millrace.core.report.PodReport>> reports) {
    List<ObservedShard> shards = observedShards();
    Map<ObjectKey, ExistingObject> existing = new HashMap<>();
    known()
        .layout(desired())
        .keys(desired())
        .forEach(key -> existing.put(key, objects.getOrDefault(key, ExistingObject.NONE)));
    return observed(
        shards,
        existing,
        pods.values().stream()
            .filter(member -> member.groupName().number() == 0)
            .filter(reports::containsKey)
            .map(
                first ->
                    new ObservedPod(
                        first.address(),
                        Objects.requireNonNull(reports.get(first)),
                        first.isOutdated() ? Optional.of("uid") : Optional.empty(),
                        first.isGoing(),
                        members(first.address().name()).stream()
                            .skip(1)
                            .map(
                                member ->
                                    Optional.ofNullable(reports.get(member))
                                        .flatMap(Function.identity()))
                            .toList()))
            .collect(Collectors.toMap(ObservedPod::name, pod -> pod)));
  }

  /** An older view with the present stream. */
  ObservedStream withStatus(ObservedStream view) {
    return withShards(view, view.shards());
  }

  /** A view with the present stream that lacks a Shard. */
  ObservedStream without(ObservedStream view, String shardId) {
    return withShards(
        view,
        view.shards().stream().filter(shard -> !shard.spec().shardId().equals(shardId)).toList());
  }

  /** The object, with the id of the records that it holds or will have. */
  private StreamIdentity holder() {
    StorageClaim claim =
        StorageClaim.of(
            identity, nameOf(), status.filter(this::isOurs), storage.map(this::observedStorage));
    return claim instanceof StorageClaim.Held(ObservedStorage held)
        ? identity.with(StreamId.parse(held.spec().streamId()).orElseThrow())
        : identity;
  }

  private boolean isOurs(KinesisStreamStatus shown) {
    return StreamId.shown(identity.uid(), shown.objectUid(), shown.streamId()).isPresent();
  }

  private String nameOf() {
    return DesiredStream.request(identity, spec).name();
  }

  private ObservedStorage observedStorage(StreamStorage kept) {
    return new ObservedStorage(
        kept.getMetadata().getUid(),
        Integer.toString(storageVersion),
        kept.getMetadata().getOwnerReferences().stream().map(OwnerReference::getUid).findFirst(),
        false,
        kept.getSpec());
  }

  /** The present pods, with Shards as they were seen before. */
  static ObservedStream withOlderShards(ObservedStream current, ObservedStream before) {
    return new ObservedStream(
        current.identity(),
        current.generation(),
        current.resourceVersion(),
        current.creation(),
        current.deleting(),
        current.acceptedLoss(),
        current.spec(),
        current.status(),
        current.storage(),
        current.rivals(),
        current.recordedSecond(),
        current.consumers(),
        before.shards(),
        current.existing(),
        current.pods(),
        current.quotas(),
        current.repaired(),
        current.failures());
  }

  private ObservedStream withShards(ObservedStream view, List<ObservedShard> shards) {
    return new ObservedStream(
        holder(),
        generation,
        Integer.toString(statusVersion),
        creation,
        deleting,
        acceptedLoss,
        spec,
        status,
        storage.map(this::observedStorage),
        rivals,
        view.recordedSecond(),
        consumers,
        shards,
        view.existing(),
        view.pods(),
        quotas,
        repaired,
        failures);
  }

  /** What is known without looking at pods and objects. */
  private ObservedStream known() {
    return observed(observedShards(), Map.of(), Map.of());
  }

  private ObservedStream observed(
      List<ObservedShard> shards,
      Map<ObjectKey, ExistingObject> existing,
      Map<String, ObservedPod> observedPods) {
    StreamIdentity holder = holder();
    return new ObservedStream(
        holder,
        generation,
        Integer.toString(statusVersion),
        creation,
        deleting,
        acceptedLoss,
        spec,
        status,
        storage.map(this::observedStorage),
        rivals,
        isSecondKept() ? Optional.empty() : history.secondOf(holder.name(), holder.streamId()),
        consumers,
        shards,
        existing,
        observedPods,
        quotas,
        repaired,
        failures);
  }

  private boolean isSecondKept() {
    return storage.map(kept -> kept.getSpec().creationSecond()).isPresent();
  }

  private List<ObservedShard> observedShards() {
    return specs.entrySet().stream()
        .map(
            shard ->
                new ObservedShard(
                    shard.getKey(),
                    version(shard.getKey()),
                    shard.getValue(),
                    shardStatuses.getOrDefault(shard.getKey(), ShardStatus.NONE)))
        .sorted(Comparator.comparing(shard -> shard.spec().shardId()))
        .toList();
  }

  private String version(String shard) {
    return Integer.toString(versions.getOrDefault(shard, 0));
  }

  ReconcilePlan plan() {
    return planner.plan(observe(), now);
  }

  ReconcilePlan plan(ObservedStream observed) {
    return planner.plan(observed, now);
  }

  /**
   * Writes StreamStorage and status, as the reconciler does before it acts.
   *
   * @return whether the pass may go on: they were computed from the present ones
   */
  boolean writeStatus(ObservedStream observed, ReconcilePlan plan) {
    Optional<StreamStorage> change = StreamStorages.change(observed, plan);
    if (change.isPresent() && !writeStorage(change.get())) {
      return false;
    }
    Optional<KinesisStreamStatus> next = statuses.change(observed, plan, now);
    if (next.isPresent() && !observed.resourceVersion().equals(Integer.toString(statusVersion))) {
      return false;
    }
    next.ifPresent(
        written -> {
          status = next;
          statusVersion++;
        });
    return true;
  }

  private boolean writeStorage(StreamStorage next) {
    String replaced = next.getMetadata().getResourceVersion();
    boolean isPresent = storage.isPresent();
    if (isPresent ? !Integer.toString(storageVersion).equals(replaced) : replaced != null) {
      return false;
    }
    boolean isOfAnEarlierObject =
        next.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> !owner.getUid().equals(identity.uid()));
    if (isOfAnEarlierObject) {
      // It is collected as garbage at once.
      return true;
    }
    String uid =
        storage.map(kept -> kept.getMetadata().getUid()).orElseGet(() -> "storage-" + ++storages);
    next.getMetadata().setUid(uid);
    storage = Optional.of(next);
    storageVersion++;
    return true;
  }

  /** Time passes. */
  void tick() {
    now = now.plus(Duration.ofSeconds(1));
    pods.values().forEach(TestingPod::tick);
    pods.values().stream()
        .map(TestingPod::groupName)
        .distinct()
        .forEach(group -> elect(membersOf(group)));
    completing.values().forEach(this::complete);
  }

  /** A group of which a majority is up elects a leader, if it has none; the others follow it. */
  private void elect(List<TestingPod> set) {
    List<String> configuration =
        set.stream()
            .flatMap(pod -> pod.group().stream())
            .flatMap(group -> Optional.ofNullable(configurations.get(group)).stream())
            .findFirst()
            .orElse(List.of());
    List<TestingPod> voting =
        set.stream()
            .filter(TestingPod::isInGroup)
            .filter(pod -> configuration.contains(pod.disk().id()))
            .toList();
    Optional<TestingPod> leader =
        voting.size() > configuration.size() / 2
            ? voting.stream()
                .filter(TestingPod::leads)
                .findFirst()
                .or(() -> voting.stream().max(Comparator.comparing(TestingPod::applied)))
            : Optional.empty();
    terms += leader.filter(pod -> !pod.leads()).isPresent() ? 1 : 0;
    set.forEach(pod -> pod.elected(leader.filter(pod::equals).isPresent(), terms));
    leader.ifPresent(pod -> pod.replicate(set, configuration));
  }

  /** One undisturbed pass. */
  ReconcilePlan pass() {
    ObservedStream observed = observe();
    ReconcilePlan plan = plan(observed);
    assertThat(writeStatus(observed, plan)).isTrue();
    plan.actions().forEach(this::act);
    tick();
    return plan;
  }

  /** Undisturbed passes until nothing is left to do. */
  ReconcilePlan settle() {
    for (int passes = 0; passes < 50; passes++) {
      ReconcilePlan plan = pass();
      if (plan.actions().isEmpty()
          && plan.recheckAfter().filter(TestingCluster::isSteady).isPresent()) {
        return plan;
      }
    }
    throw new AssertionError("no steady state after 50 passes: " + plan());
  }

  private static boolean isSteady(Duration recheck) {
    return recheck.equals(RecheckDelay.STEADY) || recheck.equals(RecheckDelay.QUIET);
  }

  void act(ReconcileAction action) {
    switch (action) {
      case ReconcileAction.ApplyResource(HasMetadata resource, boolean isRepair) -> apply(resource);
      case ReconcileAction.IssueCertificate issue ->
          objects.put(
              issue.secret(),
              new ExistingObject(
                  Ownership.OURS,
                  "",
                  Optional.of(TestingCertificate.secret(issue.host(), now, certificateLifetime))));
      case ReconcileAction.RecordGroup(String shard, String version, ShardStatus next) ->
          writeShard(shard, version, next);
      case ReconcileAction.PublishShard(String shard, String version, ShardStatus next) ->
          writeShard(shard, version, next);
      case ReconcileAction.RecordCreation(var name, var stream, long atLeast) ->
          history = history.with(name, stream, atLeast);
      case ReconcileAction.FormGroup(var address, var formation) -> {
        if (!pods.containsKey(address.member())) {
          // It went with an earlier incarnation of the stream.
          return;
        }
        TestingPod pod = pod(address.member());
        isRecorded(pod, formation);
        boolean wasEmpty = pod.group().isEmpty();
        if (pod.form(formation)) {
          if (formation.joins()) {
            joined(pod, formation, wasEmpty);
          } else {
            formed(pod, formation);
          }
        }
      }
      case ReconcileAction.MoveLeader(var address, var move, var group) ->
          Optional.ofNullable(pods.get(address.member()))
              .filter(TestingPod::leads)
              .ifPresent(leader -> move(leader, move));
      case ReconcileAction.AdmitMember(var address, var admission) ->
          Optional.ofNullable(pods.get(address.member()))
              .filter(TestingPod::leads)
              .ifPresent(leader -> admit(leader, admission));
      case ReconcileAction.AcceptLoss(var address, var loss) -> giveUp(pod(address.member()), loss);
      case ReconcileAction.EvictPod(var address, String uid) -> {
        for (TestingPod member : members(address.name())) {
          assertThat(membersOf(member.groupName()))
              .filteredOn(other -> other != member)
              .as("the other replicas when pod %s is evicted", address.name())
              .hasSize(desired().replicas() - 1)
              .allMatch(TestingPod::isUp, "up");
          member.evict();
        }
        evicted.add(address.name());
      }
      case ReconcileAction.SealShards seal -> {
        history = history.with(seal.name(), seal.stream(), seal.atLeast());
        Optional.ofNullable(pods.get(seal.pod().member()))
            .ifPresent(pod -> begin(pod, seal.step()));
      }
      case ReconcileAction.RemoveShards removal -> remove(removal);
      case ReconcileAction.RecordEvent event -> events.add(event);
      case ReconcileAction.Assign(var address, var assignment) ->
          Optional.ofNullable(pods.get(address.member()))
              .ifPresent(
                  pod -> {
                    pod.assign(assignment);
                    replicate(pod);
                  });
      case ReconcileAction.PublishStream(var address, var publication) -> {
        assertThat(publication.generation())
            .as("the generation that a pod is told, and that the status shows")
            .isLessThanOrEqualTo(publishedGeneration());
        members(address.name()).forEach(member -> member.publish(publication));
      }
    }
  }

  /** What a leader has done is done once the others have it. */
  private void replicate(TestingPod pod) {
    if (pod.leads()) {
      pod.replicate(
          membersOf(pod.groupName()),
          configurations.getOrDefault(pod.group().orElseThrow(), List.of()));
    }
  }

  /** {@code PUT /admin/leader}: rejected if the other one is not there. */
  private void move(TestingPod leader, LeaderMove move) {
    membersOf(leader.groupName()).stream()
        .filter(member -> member.disk().id().equals(move.to()) && member.isInGroup())
        .findFirst()
        .ifPresent(
            to -> {
              terms++;
              leader.elected(false, terms);
              to.elected(true, terms);
              replicate(to);
            });
  }

  /** Whoever forms a group has recorded it in all of its Shards. */
  private void isRecorded(TestingPod pod, GroupFormation formation) {
    for (ObservedShard shard : observe().shards()) {
      if (GroupName.of(shard.spec()).equals(Optional.of(pod.groupName()))) {
        assertThat(shard.status().group())
            .as("the group that Shard %s records when it is formed", shard.name())
            .isEqualTo(formation.group());
        if (formation.joins()) {
          continue;
        }
        assertThat(shard.status().recordedDisks())
            .as("the disks that Shard %s records when its group is formed", shard.name())
            .contains(formation.disk())
            .hasSize(desired().replicas());
        assertThat(formation.members())
            .extracting(GroupFormation.FormedMember::disk)
            .as("the members with which the group of Shard %s is formed", shard.name())
            .isEqualTo(desired().replicas() == 1 ? List.of() : shard.status().recordedDisks());
      }
    }
  }

  private void formed(TestingPod pod, GroupFormation formation) {
    List<String> disks =
        formation.members().isEmpty()
            ? List.of(formation.disk())
            : formation.members().stream().map(GroupFormation.FormedMember::disk).toList();
    assertThat(disksOfGroup.computeIfAbsent(formation.group(), first -> disks))
        .as("the disks that group %s was formed on", formation.group())
        .isEqualTo(disks);
    if (configurations.putIfAbsent(formation.group(), disks) == null) {
      everMembers.addAll(disks);
    }
    assertThat(groupOfPod.computeIfAbsent(pod.address().member(), first -> formation.group()))
        .as("the group that was formed in pod %s", pod.address().name())
        .isEqualTo(formation.group());
  }

  /** Only an empty disk that nobody has seen joins, beside the members. */
  private void joined(TestingPod pod, GroupFormation formation, boolean wasEmpty) {
    assertThat(configurations).as("groups that a disk may join").containsKey(formation.group());
    if (wasEmpty) {
      assertThat(everMembers)
          .as("disks that were members, of which none joins again")
          .doesNotContain(formation.disk());
    }
    assertThat(formation.members())
        .filteredOn(member -> member.disk().equals(formation.disk()))
        .as("the address of disk %s", formation.disk())
        .allMatch(member -> member.raft().startsWith(pod.address().name() + "."))
        .allMatch(member -> groupAt(member.rpc()) == pod.groupName().number())
        .hasSize(1);
    assertThat(formation.members())
        .extracting(GroupFormation.FormedMember::disk)
        .as("the members, whom a disk asks for what they have")
        .containsAnyElementsOf(configurations.get(formation.group()))
        .doesNotContain(RecordedGroup.VACANT)
        .hasSizeLessThanOrEqualTo(desired().replicas());
  }

  /** {@code PUT /admin/members}: rejected with other members, and without a majority. */
  private void admit(TestingPod leader, MemberAdmission asked) {
    List<String> members = configurations.getOrDefault(asked.group(), List.of());
    if (!leader.group().equals(Optional.of(asked.group()))
        || !Set.copyOf(members).equals(Set.copyOf(asked.members()))) {
      return;
    }
    List<TestingPod> there =
        membersOf(leader.groupName()).stream().filter(TestingPod::isInGroup).toList();
    assertThat(everMembers)
        .as("disks that were members, of which none is admitted again")
        .doesNotContain(asked.added().disk());
    List<String> next = new ArrayList<>(members);
    if (asked.goes().isPresent()) {
      String lost = asked.goes().get();
      assertThat(there)
          .as("pods of the set when disk %s is given up", lost)
          .noneMatch(pod -> pod.disk().id().equals(lost));
      assertThat(members).as("the members, of which one goes").contains(lost);
      next.set(members.indexOf(lost), asked.added().disk());
    } else {
      next.add(asked.added().disk());
    }
    assertThat(next).as("members").hasSizeLessThanOrEqualTo(desired().replicas());
    long keepingUp = there.stream().filter(pod -> members.contains(pod.disk().id())).count();
    boolean hasJoined =
        there.stream().anyMatch(pod -> pod.disk().id().equals(asked.added().disk()));
    if (keepingUp > members.size() / 2 && hasJoined) {
      configurations.put(asked.group(), List.copyOf(next));
      everMembers.add(asked.added().disk());
      replicate(leader);
    }
  }

  /** {@code PUT /admin/loss}: rejected with other members, and while there is a leader. */
  private void giveUp(TestingPod pod, AcceptedLoss loss) {
    assertThat(acceptedLoss).as("what a person has written").contains(loss.request());
    assertThat(loss.request()).contains(loss.disk());
    List<String> members = configurations.getOrDefault(loss.group(), List.of());
    boolean isMeant =
        pod.isUp()
            && !pod.leads()
            && pod.group().equals(Optional.of(loss.group()))
            && pod.disk().id().equals(loss.disk());
    if (!isMeant || !Set.copyOf(members).equals(Set.copyOf(loss.members()))) {
      return;
    }
    assertThat(loss.lost())
        .as("disks that are given up, of members %s", members)
        .hasSizeGreaterThan((members.size() - 1) / 2)
        .isSubsetOf(members)
        .doesNotContain(loss.disk());
    configurations.put(loss.group(), List.of(loss.disk()));
    pod.stop();
  }

  /** The disks of the members of a shard set's group; empty before it is formed. */
  List<String> configuration(String shardSet) {
    return configuration(new GroupName(shardSet, 0));
  }

  /** The disks of the members of a group; empty before it is formed. */
  List<String> configuration(GroupName group) {
    return membersOf(group).stream()
        .flatMap(member -> member.group().stream())
        .flatMap(formed -> Optional.ofNullable(configurations.get(formed)).stream())
        .findFirst()
        .orElse(List.of());
  }

  private void apply(HasMetadata resource) {
    ObjectKey key = ObjectKey.of(resource);
    String owner = resource.getMetadata().getOwnerReferences().getFirst().getUid();
    boolean isOfTheStorage =
        storage.filter(kept -> kept.getMetadata().getUid().equals(owner)).isPresent();
    if (!owner.equals(identity.uid()) && !isOfTheStorage) {
      // What belongs to an earlier incarnation is collected as garbage at once.
      return;
    }
    assertThat(isOfTheStorage)
        .as("whether %s goes with the records", key)
        .isEqualTo(key.kind().equals(ObjectKey.SHARD) || key.kind().equals(ObjectKey.VOLUME_CLAIM));
    assertThat(key.kind())
        .as("kinds that are applied")
        .isIn("Service", "PersistentVolumeClaim", "PodDisruptionBudget", "StatefulSet", "Shard");
    assertThat(objects.getOrDefault(key, ExistingObject.NONE).ownership())
        .as("the owner of %s, which is applied", key)
        .isNotEqualTo(Ownership.FOREIGN);
    objects.put(key, new ExistingObject(Ownership.OURS, OwnedMetadata.hashOf(resource)));
    switch (resource) {
      case Shard shard -> {
        if (shard.getSpec().creationSecond() != null) {
          assertThat(shard.getSpec().creationSecond())
              .as("the creation second of %s, after every earlier stream of the name", key)
              .isGreaterThan(latestEarlierSecond);
        }
        specs.putIfAbsent(key.name(), shard.getSpec());
      }
      default -> {
        if (key.kind().equals(ObjectKey.VOLUME_CLAIM)) {
          volumes.computeIfAbsent(ResourceNames.podOf(key), name -> emptyDisk());
        }
        if (key.kind().equals(ObjectKey.STATEFUL_SET)) {
          for (String pod : ResourceNames.pods(key.name(), desired().replicas())) {
            TestingPod.Disk volume = volumes.get(pod);
            assertThat(volume).as("the volume of %s, which is there before it", pod).isNotNull();
            int groups = ShardLayout.groupCounts(specs.values()).getOrDefault(key.name(), 1);
            for (int group = 0; group < groups; group++) {
              TestingPod.Disk disk =
                  volumes.computeIfAbsent(member(pod, group), name -> emptyDisk());
              int number = group;
              pods.computeIfAbsent(
                  member(pod, group),
                  name -> new TestingPod(identity.namespace(), pod, number, disk));
            }
          }
        }
      }
    }
  }

  private void writeShard(String shard, String version, ShardStatus next) {
    if (specs.containsKey(shard) && version(shard).equals(version)) {
      ShardStatus before = shardStatuses.getOrDefault(shard, ShardStatus.NONE);
      if (before.group() != null) {
        assertThat(next.group()).as("the recorded group of %s", shard).isEqualTo(before.group());
        if (!next.recordedDisks().equals(before.recordedDisks())) {
          assertThat(next.recordedDisks())
              .as("the recorded disks of %s, as they change", shard)
              .hasSameSizeAs(before.recordedDisks())
              .filteredOn(disk -> !disk.equals(RecordedGroup.VACANT))
              .containsExactlyInAnyOrderElementsOf(configurations.get(before.group()));
        }
      }
      shardStatuses.put(shard, next);
      versions.merge(shard, 1, Integer::sum);
    }
  }

  /** The coordinator's leader seals its shard, and then completes the part by itself. */
  private void begin(TestingPod pod, ReshardStep step) {
    assertThat(status.map(KinesisStreamStatus::resharding).map(Resharding::phase))
        .as("the phase that the status shows when parents are sealed")
        .satisfiesAnyOf(
            phase -> assertThat(phase).contains(ReshardPhase.SEALING),
            phase -> assertThat(generationOf(step)).isLessThanOrEqualTo(publishedGeneration()));
    if (pod.seal(step.plan().coordinator().shardId(), now.getEpochSecond())) {
      replicate(pod);
      completing.put(step.plan().coordinator().shardId(), step.plan());
    }
  }

  private static long generationOf(ReshardStep step) {
    return step.plan().generation();
  }

  private long publishedGeneration() {
    return status
        .map(KinesisStreamStatus::shape)
        .map(KinesisStreamStatus.PublishedShape::generation)
        .orElse(0L);
  }

  /** What the leaders do without the operator, as far as their pods are up. */
  private void complete(ReshardPlan plan) {
    long latest = 0;
    for (PlannedShard parent : plan.closing()) {
      if (!sealed(parent)) {
        return;
      }
      latest = Math.max(latest, closeSecond(parent));
    }
    for (PlannedShard child : plan.opening()) {
      if (!isMade(child)) {
        // The stream was deleted and has just been created again.
        return;
      }
      assertThat(child.members())
          .as("the pods of child %s after the fence", child.shardId())
          .allMatch(pod -> pods.containsKey(member(pod.pod(), groupAt(pod.addresses().getLast()))));
      Optional<TestingPod> pod = member(child);
      if (pod.isPresent()) {
        pod.get().open(plan.streamId(), child.shardId(), latest + 1);
        replicate(pod.get());
      }
    }
  }

  /** The group whose internal RPC has an address. */
  private static int groupAt(String address) {
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return (port - ResourceNames.RPC_PORT) / 2;
  }

  private boolean isMade(PlannedShard child) {
    String pod = child.members().getFirst().pod();
    return objects.containsKey(
        new ObjectKey(ObjectKey.STATEFUL_SET, pod.substring(0, pod.lastIndexOf('-'))));
  }

  private boolean sealed(PlannedShard parent) {
    return member(parent)
        .filter(pod -> pod.seal(parent.shardId(), now.getEpochSecond()))
        .map(
            pod -> {
              replicate(pod);
              return pod;
            })
        .isPresent();
  }

  private long closeSecond(PlannedShard parent) {
    return Objects.requireNonNull(
        member(parent).orElseThrow().hosted(parent.shardId()).orElseThrow().closeSecond());
  }

  /** The one that leads. */
  private Optional<TestingPod> member(PlannedShard shard) {
    return shard.members().stream()
        .flatMap(
            member ->
                Optional.ofNullable(
                    pods.get(member(member.pod(), groupAt(member.addresses().getLast()))))
                    .stream())
        .filter(TestingPod::leads)
        .findFirst();
  }

  /** Shards are deleted: never what may hold a record. */
  private void remove(ReconcileAction.RemoveShards removal) {
    if (removal.shardSet().isPresent()) {
      ObjectKey set = new ObjectKey(ObjectKey.STATEFUL_SET, removal.shardSet().get());
      if (objects.remove(set) != null) {
        for (TestingPod pod : List.copyOf(pods.values())) {
          if (!pod.groupName().shardSet().equals(set.name())) {
            continue;
          }
          pods.remove(pod.address().member());
          assertThat(pod.hosted())
              .as("shards of pod %s, which is deleted", pod.address().name())
              .allMatch(shard -> isEmpty(pod.hosted(shard).orElseThrow()), "closed and empty");
        }
        return;
      }
      objects.remove(new ObjectKey(ObjectKey.DISRUPTION_BUDGET, set.name()));
      for (String pod : ResourceNames.pods(set.name(), desired().replicas())) {
        objects.remove(new ObjectKey(ObjectKey.VOLUME_CLAIM, ResourceNames.volumeClaim(pod)));
        volumes.keySet().removeIf(name -> name.equals(pod) || name.startsWith(pod + "/"));
      }
    }
    removal.shards().forEach(this::deleteShard);
  }

  private static boolean isEmpty(HostedShard hosted) {
    return hosted.closeSecond() != null && hosted.empty();
  }

  /** Changes the deletionPolicy. */
  void onDeletion(KinesisStreamSpec.DeletionPolicy policy) {
    edit(spec.shardCount(), spec.reshardRequest(), spec.retentionPeriodHours(), policy);
  }

  /** Changes the number of shards in the manifest. */
  void scale(int shards) {
    edit(shards, spec.reshardRequest(), spec.retentionPeriodHours());
  }

  /** Asks for an exact split or merge. */
  void request(int shards, KinesisStreamSpec.@Nullable ReshardRequest request) {
    edit(shards, request, spec.retentionPeriodHours());
  }

  private void edit(
      @Nullable Integer shards,
      KinesisStreamSpec.@Nullable ReshardRequest request,
      @Nullable Integer hours) {
    edit(shards, request, hours, spec.deletionPolicy());
  }

  private void edit(
      @Nullable Integer shards,
      KinesisStreamSpec.@Nullable ReshardRequest request,
      @Nullable Integer hours,
      KinesisStreamSpec.@Nullable DeletionPolicy policy) {
    spec =
        new KinesisStreamSpec(
            spec.streamName(),
            spec.streamModeDetails(),
            shards,
            request,
            hours,
            spec.maxRecordSizeInKiB(),
            spec.tags(),
            policy,
            spec.replication(),
            spec.storage(),
            spec.placement(),
            spec.limits(),
            spec.streamEncryption(),
            spec.desiredShardLevelMetrics(),
            spec.resourcePolicy(),
            spec.warmThroughputMiBps(),
            spec.recordDistributionStrategy());
    generation++;
  }

  /** Time passes at once. */
  void pass(Duration time) {
    now = now.plus(time);
  }

  /** The pods that were evicted, in order. */
  List<String> evicted() {
    return List.copyOf(evicted);
  }

  /** What people were told. */
  List<String> events() {
    return events.stream().map(ReconcileAction.RecordEvent::reason).toList();
  }

  /** What people were told for a reason. */
  List<String> messages(String reason) {
    return events.stream()
        .filter(event -> event.reason().equals(reason))
        .map(ReconcileAction.RecordEvent::message)
        .toList();
  }

  /** The published shape, as a front that sees everything lists it. */
  StreamShape shape() {
    return observe().shape().orElseThrow();
  }
}

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.ObservedStream.ExistingObject;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.observe.ObservedStream.Rival;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.ShardLayout;
import dev.millrace.operator.resource.StreamIdentity;
import dev.millrace.operator.status.StreamStatuses;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One stream in a cluster of values: it is observed, planned for and acted upon without an API
 * server. It refuses what the real one refuses, and asserts with every action that a group is
 * recorded before it is formed, that a record is never changed and that no group is formed on two
 * disks.
 */
final class TestingCluster {
  static final OperatorSettings SETTINGS =
      OperatorSettings.of(Map.of("MILLRACE_SHARD_IMAGE", "millrace:test"));
  static final Instant CREATION = Instant.parse("2026-11-21T08:00:00Z");
  static final StreamIdentity IDENTITY =
      new StreamIdentity("team", "orders", "6f2e1a40-93f5-4b0e-9d0e-4d7a0a0f6c11");

  private final StreamReconcilePlanner planner = new StreamReconcilePlanner(SETTINGS);
  private final StreamStatuses statuses = new StreamStatuses(SETTINGS);
  private final Map<ObjectKey, ExistingObject> objects = new HashMap<>();
  private final Map<String, ShardSpec> specs = new TreeMap<>();
  private final Map<String, ShardStatus> shardStatuses = new HashMap<>();
  private final Map<String, Integer> versions = new HashMap<>();
  private final Map<String, TestingPod> pods = new TreeMap<>();
  private final Map<String, String> diskOfGroup = new HashMap<>();
  private final Map<String, String> groupOfPod = new HashMap<>();
  private final List<Rival> rivals = new ArrayList<>();
  private List<String> failures = List.of();
  private KinesisStreamSpec spec;
  private long generation = 1;
  private boolean deleting;
  private int disks;
  private Optional<KinesisStreamStatus> status = Optional.empty();
  private Instant now = CREATION;

  TestingCluster(KinesisStreamSpec spec) {
    this.spec = spec;
  }

  /** A stream of a number of shards. */
  static KinesisStreamSpec shards(int count, int perPod) {
    return new KinesisStreamSpec(
        null,
        null,
        count,
        24,
        1024,
        null,
        null,
        null,
        null,
        new KinesisStreamSpec.Placement(perPod),
        null);
  }

  KinesisStreamSpec spec() {
    return spec;
  }

  Optional<KinesisStreamStatus> status() {
    return status;
  }

  DesiredStream desired() {
    return DesiredStream.of(IDENTITY, spec, CREATION.getEpochSecond());
  }

  TestingPod pod(int shardSet) {
    return pod(ResourceNames.pod(desired().names().shardSet(shardSet)));
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
    spec =
        new KinesisStreamSpec(
            spec.streamName(),
            spec.streamModeDetails(),
            spec.shardCount(),
            hours,
            spec.maxRecordSizeInKiB(),
            spec.tags(),
            spec.deletionPolicy(),
            spec.replication(),
            spec.storage(),
            spec.placement(),
            spec.limits());
    generation++;
  }

  /** What the last pass could not do. */
  void trouble(String... next) {
    failures = List.of(next);
  }

  void delete() {
    deleting = true;
  }

  void add(Rival rival) {
    rivals.add(rival);
  }

  void addForeign(ObjectKey key) {
    objects.put(key, new ExistingObject(Ownership.FOREIGN, ""));
  }

  void free(ObjectKey key) {
    objects.remove(key);
  }

  /** Somebody deletes a Shard object. */
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
    List<ObservedShard> shards =
        specs.entrySet().stream()
            .map(
                shard ->
                    new ObservedShard(
                        shard.getKey(),
                        version(shard.getKey()),
                        shard.getValue(),
                        shardStatuses.getOrDefault(shard.getKey(), ObservedShard.NO_STATUS)))
            .sorted(Comparator.comparing(shard -> shard.spec().shardId()))
            .toList();
    Map<ObjectKey, ExistingObject> existing = new HashMap<>();
    ShardLayout.of(desired(), specs.values())
        .keys(desired().names())
        .forEach(key -> existing.put(key, objects.getOrDefault(key, ExistingObject.NONE)));
    return new ObservedStream(
        IDENTITY,
        generation,
        CREATION,
        deleting,
        spec,
        status,
        rivals,
        shards,
        existing,
        reports.entrySet().stream()
            .map(pod -> new ObservedPod(pod.getKey().address(), pod.getValue()))
            .collect(Collectors.toMap(ObservedPod::name, pod -> pod)),
        failures);
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

  /** Writes the status, as the reconciler does before it acts. */
  void writeStatus(ObservedStream observed, ReconcilePlan plan) {
    statuses.change(observed, plan, now).ifPresent(next -> status = Optional.of(next));
  }

  /** Time passes. */
  void tick() {
    now = now.plus(Duration.ofSeconds(1));
    pods.values().forEach(TestingPod::tick);
  }

  /** One undisturbed pass. */
  ReconcilePlan pass() {
    ObservedStream observed = observe();
    ReconcilePlan plan = plan(observed);
    writeStatus(observed, plan);
    plan.actions().forEach(this::act);
    tick();
    return plan;
  }

  /** Undisturbed passes until nothing is left to do. */
  ReconcilePlan settle() {
    for (int passes = 0; passes < 50; passes++) {
      ReconcilePlan plan = pass();
      if (plan.actions().isEmpty()
          && plan.recheckAfter().filter(RecheckDelay.STEADY::equals).isPresent()) {
        return plan;
      }
    }
    throw new AssertionError("no steady state after 50 passes: " + plan());
  }

  void act(ReconcileAction action) {
    switch (action) {
      case ReconcileAction.ApplyResource(HasMetadata resource) -> apply(resource);
      case ReconcileAction.RecordGroup(String shard, String version, ShardStatus next) ->
          writeShard(shard, version, next);
      case ReconcileAction.PublishShard(String shard, String version, ShardStatus next) ->
          writeShard(shard, version, next);
      case ReconcileAction.FormGroup(var address, var formation) -> {
        TestingPod pod = pod(address.name());
        isRecorded(pod, formation);
        if (pod.form(formation)) {
          formed(pod, formation.group());
        }
      }
      case ReconcileAction.Assign(var address, var assignment) ->
          pod(address.name()).assign(assignment);
    }
  }

  /** Whoever forms a group has recorded it in all Shards of the set. */
  private void isRecorded(TestingPod pod, GroupFormation formation) {
    for (ObservedShard shard : observe().shards()) {
      if (ResourceNames.pod(shard.spec().shardSet()).equals(pod.address().name())) {
        assertThat(shard.status().group())
            .as("the group that Shard %s records when it is formed", shard.name())
            .isEqualTo(formation.group());
        assertThat(shard.status().disk())
            .as("the disk that Shard %s records when its group is formed", shard.name())
            .isEqualTo(formation.disk());
      }
    }
  }

  private void formed(TestingPod pod, String group) {
    String disk = pod.disk().id();
    assertThat(diskOfGroup.computeIfAbsent(group, first -> disk))
        .as("the disk that group %s was formed on", group)
        .isEqualTo(disk);
    assertThat(groupOfPod.computeIfAbsent(pod.address().name(), first -> group))
        .as("the group that was formed in pod %s", pod.address().name())
        .isEqualTo(group);
  }

  private void apply(HasMetadata resource) {
    ObjectKey key = ObjectKey.of(resource);
    assertThat(key.kind()).as("kinds that are applied").isIn("Service", "StatefulSet", "Shard");
    assertThat(objects.getOrDefault(key, ExistingObject.NONE).ownership())
        .as("the owner of %s, which is applied", key)
        .isNotEqualTo(Ownership.FOREIGN);
    objects.put(key, new ExistingObject(Ownership.OURS, OwnedMetadata.hashOf(resource)));
    switch (resource) {
      case Shard shard -> specs.putIfAbsent(key.name(), shard.getSpec());
      default -> {
        if (key.kind().equals(ObjectKey.STATEFUL_SET)) {
          pods.computeIfAbsent(
              ResourceNames.pod(key.name()),
              name -> new TestingPod(IDENTITY.namespace(), name, emptyDisk()));
        }
      }
    }
  }

  private void writeShard(String shard, String version, ShardStatus next) {
    if (specs.containsKey(shard) && version(shard).equals(version)) {
      ShardStatus before = shardStatuses.getOrDefault(shard, ObservedShard.NO_STATUS);
      if (before.group() != null) {
        assertThat(next.group()).as("the recorded group of %s", shard).isEqualTo(before.group());
        assertThat(next.disk()).as("the recorded disk of %s", shard).isEqualTo(before.disk());
      }
      shardStatuses.put(shard, next);
      versions.merge(shard, 1, Integer::sum);
    }
  }
}

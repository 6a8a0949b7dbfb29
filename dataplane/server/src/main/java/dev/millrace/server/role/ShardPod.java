// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.port.Halt;
import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.LogEnd;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.stream.AccountId;
import dev.millrace.leader.session.PatientLeader;
import dev.millrace.leader.shard.GuardedClock;
import dev.millrace.leader.shard.SubscriptionState;
import dev.millrace.leader.shard.SwitchedLimits;
import dev.millrace.replication.DamagedLogException;
import dev.millrace.replication.FollowerProgress;
import dev.millrace.replication.RaftMembers;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.config.ServerSettings.ServerVariable;
import dev.millrace.server.port.ByteBudget;
import dev.millrace.server.rpc.AdminResult;
import dev.millrace.server.rpc.MemberCalls;
import dev.millrace.server.rpc.MemberStanding;
import dev.millrace.server.rpc.NearestLeader;
import dev.millrace.server.rpc.PodAdmin;
import dev.millrace.server.rpc.PodReshardCalls;
import dev.millrace.server.rpc.RemoteLeader;
import dev.millrace.server.rpc.RpcHandler;
import dev.millrace.server.rpc.RpcPort;
import dev.millrace.server.rpc.ShardCalls;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * The shard role: hosts the shards of one stream that the operator assigns to it, in one Raft
 * group. It has no access to the Kubernetes API; the operator requests its reports, and is told
 * when there is something new in them.
 *
 * <p>On an empty disk it waits until the operator names the group to form, since only the operator
 * knows whether the pod had another disk before. On a disk with a group it starts that group and
 * serves its shards without the operator.
 */
public final class ShardPod implements RunningRole, PodAdmin {

  /**
   * Limit for an admin call. It does not include a replay: a new group has an empty log, and an
   * existing one is replayed before the port opens.
   */
  private static final long ADMIN_SECONDS = 60;

  private final CloseableStack opened = new CloseableStack();
  private final ServerSettings settings;
  private final Vertx vertx;
  private final ShardHost shards;
  private final HostedShards hosted;
  private final HostedStreams streams;
  private final HostedReshards reshards;
  private final MountedFront front;
  private final WorkerExecutor worker;
  private final WorkerExecutor joins;
  private final Halt halt;

  /** The group that the disk is about to join; used by the worker's thread only. */
  private Optional<UUID> joining = Optional.empty();

  private volatile boolean closing;

  private final int port;

  /**
   * Starts the role; on a disk that has to be given up since its log is damaged, once more on the
   * empty one that it becomes.
   *
   * @see #ShardPod
   */
  public static ShardPod start(
      ServerSettings settings, Vertx vertx, Clocks clocks, SecureRandom random, Halt halt)
      throws IOException {
    try {
      return new ShardPod(settings, vertx, clocks, random, halt);
    } catch (DamagedLogException e) {
      return new ShardPod(settings, vertx, clocks, random, halt);
    }
  }

  /**
   * Starts the role.
   *
   * @param halt called for failures after which continuing could lose a record
   * @throws IOException if it cannot start; the message is one line
   */
  public ShardPod(
      ServerSettings settings, Vertx vertx, Clocks clocks, SecureRandom random, Halt halt)
      throws IOException {
    this.settings = settings;
    this.vertx = vertx;
    this.halt = halt;
    try {
      SwitchedLimits limits = new SwitchedLimits(clocks.nanos());
      GuardedClock clock = clocks.guarded();
      shards = opened.add(new ShardHost(settings, vertx, clock, limits, halt));
      Path folder = shards.folder().path();
      hosted = new HostedShards(shards, limits, clock);
      streams = new HostedStreams(folder);
      opened.add(
          new PeriodicTask(
              vertx, RoleBounds.RETENTION_INTERVAL_MILLIS, "retention", hosted::trimExpired));
      worker =
          vertx.createSharedWorkerExecutor(
              "admin-" + shards.disk(), 1, Duration.ofSeconds(ADMIN_SECONDS).toNanos());
      opened.add(() -> worker.close());
      joins =
          vertx.createSharedWorkerExecutor("join-" + shards.disk(), 1, RoleBounds.JOIN.toNanos());
      opened.add(() -> joins.close());
      reshards =
          opened.add(
              new HostedReshards(
                  shards,
                  clock,
                  opened.add(new PodReshardCalls(vertx)),
                  (millis, task) -> vertx.setTimer(millis, timer -> task.run()),
                  streams::generation));
      if (shards.isFormed()) {
        shards.start(UUID.randomUUID());
        reshards.start();
      }
      opened.add(
          new PeriodicTask(
              vertx, RoleBounds.LEADERSHIP_INTERVAL_MILLIS, "reshards", reshards::lookAfter));
      ByteBudget bodies = new ByteBudget(RoleBounds.BODY_BYTES);
      String account = AccountId.ofNamespace(settings.namespace().orElseThrow()).text();
      front =
          opened.add(
              new MountedFront(
                  new KinesisFront(settings, vertx, account, folder, clocks, random, bodies),
                  frontParts(vertx, clocks),
                  vertx,
                  RoleBounds.MOUNTED_FILES_INTERVAL_MILLIS));
      RpcHandler handler =
          new RpcHandler(
              new ShardCalls(shards::leader, reshards::successors),
              new MemberCalls(
                  member -> term(member).isPresent(),
                  shards.store(),
                  shards::configuration,
                  shards.reads(),
                  () -> new MemberStanding(shards.hasRoom(), clock.millis(), FeatureLevel.NEWEST)),
              this,
              bodies);
      port =
          opened
              .add(
                  CloseableStack.done(
                      "port %d on %s".formatted(settings.rpcPort(), settings.host()),
                      new RpcPort(settings.host(), settings.rpcPort())
                          .listen(vertx, handler)
                          .toCompletionStage()))
              .number();
      settings
          .noticesTo()
          .ifPresent(url -> opened.add(new OperatorNotices(vertx, url, this::report)));
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private FrontParts frontParts(Vertx vertx, Clocks clocks) {
    RemoteLeader others =
        opened.add(new RemoteLeader(vertx, streams::routes, shards.reads(), clocks.nanos()));
    return new FrontParts(
        streams,
        new PatientLeader(
            new NearestLeader(shards::leads, shards::leader, reshards::successors, others),
            FrontActions::later,
            clocks.nanos()),
        new ControlPlane.Elsewhere(
            "the gateway of namespace "
                + settings.namespace().orElseThrow()
                + settings.gateway().map(url -> " at " + url).orElse("")));
  }

  /** The internal port that was bound. */
  public int port() {
    return port;
  }

  /** The Kinesis port, if it is open. */
  public OptionalInt kinesisPort() {
    return front.port();
  }

  @Override
  public PodReport report() {
    boolean leads = shards.leads() && shards.isAlive();
    return new PodReport(
        shards.disk().toString(),
        shards.group().map(UUID::toString).orElse(null),
        leads,
        shards.term().orElse(0),
        shards.logEnd().map(end -> new LogEnd(end.term(), end.index())).orElse(null),
        leads ? shards.followers().stream().map(ShardPod::reported).toList() : null,
        shards
            .members()
            .map(ids -> ids.stream().map(UUID::toString).sorted().toList())
            .orElse(null),
        shards.hasRoom(),
        hosted.assignment().orElse(null),
        streams.held(),
        hosted.shards(),
        shards.subscriptions(PodReport.MOST_SUBSCRIPTIONS).stream()
            .map(ShardPod::reported)
            .toList());
  }

  private static ReportedFollower reported(FollowerProgress follower) {
    return new ReportedFollower(
        follower.member().toString(), follower.behind(), follower.silentMillis());
  }

  private static ShardSubscription reported(SubscriptionState state) {
    return new ShardSubscription(
        state.shard().stream().toString(),
        state.shard().shard().toString(),
        state.consumer().name(),
        state.consumer().creationSecond(),
        state.active(),
        state.lagMillis());
  }

  @Override
  public CompletionStage<AdminResult> form(GroupFormation formation) {
    return worker.executeBlocking(() -> formNow(formation)).toCompletionStage();
  }

  private AdminResult formNow(GroupFormation formation) throws IOException {
    Optional<UUID> group = uuid(formation.group());
    Optional<UUID> disk = uuid(formation.disk());
    if (group.isEmpty()) {
      return new AdminResult.BadDocument(
          "group must be a UUID, found '%s'".formatted(formation.group()));
    }
    if (disk.isEmpty()) {
      return new AdminResult.BadDocument(
          "disk must be a UUID, found '%s'".formatted(formation.disk()));
    }
    if (!disk.get().equals(shards.disk())) {
      return new AdminResult.Contradiction(
          "this is disk %s, not %s".formatted(shards.disk(), disk.get()));
    }
    Optional<RaftMembers> members = members(formation);
    if (members.isEmpty()) {
      return new AdminResult.BadDocument(
          "members must be none, or have disk %s and two addresses each, found %s"
              .formatted(disk.get(), formation.members()));
    }
    if (!members.get().isAlone() && settings.raftTls().isEmpty()) {
      return new AdminResult.Contradiction(
          ServerVariable.RAFT_TLS.variable() + " is not set, so this pod cannot have peers");
    }
    if (members.get().isAlone() && formation.joins()) {
      return new AdminResult.BadDocument(
          "members must be those of the group that the disk joins, found none");
    }
    if (shards.group().isEmpty() && formation.joins()) {
      return join(group.get(), members.get());
    }
    if (shards.group().isEmpty()) {
      shards.start(group.get(), members.get(), false);
      reshards.start();
    }
    UUID found = shards.group().orElseThrow();
    return found.equals(group.get())
        ? new AdminResult.Accomplished()
        : new AdminResult.Contradiction(
            "this disk has group %s, not %s".formatted(found, group.get()));
  }

  /** Takes over what the others have on a thread of its own: that may take long. */
  private AdminResult join(UUID group, RaftMembers members) {
    if (joining.isPresent() && !joining.get().equals(group)) {
      return new AdminResult.Contradiction("this disk joins group " + joining.get());
    }
    if (joining.isEmpty()) {
      joining = Optional.of(group);
      joins
          .executeBlocking(
              () -> {
                shards.start(group, members, true);
                reshards.start();
                return true;
              })
          .onFailure(failure -> haltUnlessClosing("this disk cannot join group " + group, failure));
    }
    return new AdminResult.Accomplished();
  }

  /** A join that a stop interrupts goes on at the next start. */
  private void haltUnlessClosing(String why, Throwable failure) {
    if (!closing) {
      halt.halt(why, failure);
    }
  }

  @Override
  public CompletionStage<AdminResult> admit(MemberAdmission admission) {
    return worker.executeBlocking(() -> admitNow(admission)).toCompletionStage();
  }

  private AdminResult admitNow(MemberAdmission admission) {
    if (!hasGroup(admission.group())) {
      return anotherGroup(admission.group());
    }
    try {
      return result(
          shards.admit(
              uuids(admission.members()),
              admission.goes().map(UUID::fromString),
              UUID.fromString(admission.added().disk()),
              new RaftMembers.Addresses(admission.added().raft(), admission.added().rpc())));
    } catch (IllegalArgumentException e) {
      return new AdminResult.BadDocument(
          "members, lost and added must be UUIDs of disks, and added must have two addresses: "
              + e.getMessage());
    }
  }

  @Override
  public CompletionStage<AdminResult> acceptLoss(AcceptedLoss loss) {
    return worker.executeBlocking(() -> acceptLossNow(loss)).toCompletionStage();
  }

  private AdminResult acceptLossNow(AcceptedLoss loss) throws IOException {
    if (!hasGroup(loss.group())) {
      return anotherGroup(loss.group());
    }
    if (!loss.disk().equals(shards.disk().toString())) {
      return new AdminResult.Contradiction(
          "this is disk %s, not %s".formatted(shards.disk(), loss.disk()));
    }
    try {
      AdminResult result =
          result(shards.acceptLoss(uuids(loss.members()), uuids(loss.lost()), loss.request()));
      if (shards.isLossAccepted()) {
        vertx.setTimer(RoleBounds.ACCEPTED_LOSS_MILLIS, timer -> startAgain());
      }
      return result;
    } catch (IllegalArgumentException e) {
      return new AdminResult.BadDocument(
          "members and lost must be UUIDs of disks: " + e.getMessage());
    }
  }

  private void startAgain() {
    haltUnlessClosing(
        "a loss was accepted, and the next start goes on with disk %s alone"
            .formatted(shards.disk()),
        new IllegalStateException("the configuration of a group cannot change while it runs"));
  }

  private boolean hasGroup(String group) {
    return shards.group().map(UUID::toString).filter(group::equals).isPresent();
  }

  private AdminResult anotherGroup(String group) {
    return new AdminResult.Contradiction(
        "this disk has group %s, not %s"
            .formatted(shards.group().map(UUID::toString).orElse("none"), group));
  }

  private static AdminResult result(Optional<String> refusal) {
    return refusal
        .<AdminResult>map(AdminResult.Contradiction::new)
        .orElseGet(AdminResult.Accomplished::new);
  }

  private static Set<UUID> uuids(List<String> disks) {
    return disks.stream().map(UUID::fromString).collect(Collectors.toSet());
  }

  private Optional<RaftMembers> members(GroupFormation formation) {
    if (formation.members().isEmpty()) {
      return Optional.of(RaftMembers.alone(shards.disk()));
    }
    try {
      return Optional.of(
          RaftMembers.of(
              shards.disk(),
              formation.members().stream()
                  .collect(
                      Collectors.toMap(
                          member -> UUID.fromString(member.disk()),
                          member -> new RaftMembers.Addresses(member.raft(), member.rpc())))));
    } catch (IllegalArgumentException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  @Override
  public OptionalLong term(UUID member) {
    return shards.disk().equals(member) ? shards.term() : OptionalLong.empty();
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public CompletionStage<ReshardProgress> reshard(ReshardStep step) {
    return reshards.step(step);
  }

  @Override
  public CompletionStage<AdminResult> assign(PodAssignment assignment) {
    return worker.executeBlocking(() -> hosted.assign(assignment)).toCompletionStage();
  }

  @Override
  public CompletionStage<AdminResult> publish(StreamPublication publication) {
    return worker.executeBlocking(() -> publishNow(publication)).toCompletionStage();
  }

  /** IP addresses are reused: what is sent may be meant for the pod of another stream. */
  private AdminResult publishNow(StreamPublication publication) throws IOException {
    return hosted.assignment().flatMap(is -> is.stream(publication.streamId())).isPresent()
        ? streams.publish(publication)
        : new AdminResult.Contradiction(
            "stream %s is not assigned to this pod".formatted(publication.streamId()));
  }

  @Override
  public boolean isAlive() {
    return shards.isAlive();
  }

  /**
   * Whether its shards accept records, here or at the member that leads, and its front knows their
   * streams.
   */
  @Override
  public boolean isReady() {
    return shards.hasLeader()
        && shards.isAlive()
        && shards.hasRoom()
        && hosted.allOpen()
        && hosted.assignment().stream()
            .flatMap(is -> is.streams().stream())
            .allMatch(stream -> streams.lists(stream.id()));
  }

  @Override
  public String banner() {
    return "shard pod on %s:%d, Kinesis port %s, disk %s, group %s, data in %s"
        .formatted(
            settings.host(),
            port,
            front.port().isPresent() ? front.port().getAsInt() : "closed",
            shards.disk(),
            shards.group().map(UUID::toString).orElse("not formed yet"),
            settings.data().toAbsolutePath().normalize());
  }

  @Override
  public void close() throws IOException {
    closing = true;
    opened.close();
  }
}

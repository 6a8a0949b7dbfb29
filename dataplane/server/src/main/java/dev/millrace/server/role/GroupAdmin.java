// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.LogEnd;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.leader.shard.SubscriptionState;
import dev.millrace.replication.FollowerProgress;
import dev.millrace.replication.RaftMembers;
import dev.millrace.server.config.ServerSettings.ServerVariable;
import dev.millrace.server.rpc.AdminResult;
import dev.millrace.server.rpc.PodAdmin;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Does what the operator asks of a pod's member of one group: forms or joins the group, changes its
 * members and leader, opens its shards, and reports.
 */
final class GroupAdmin implements PodAdmin, AutoCloseable {

  /**
   * Limit for an admin call. It does not include a replay: a new group has an empty log, and an
   * existing one is replayed before the port opens.
   */
  private static final long ADMIN_SECONDS = 60;

  private final HostParts parts;
  private final ShardHost shards;
  private final HostedShards hosted;
  private final HostedReshards reshards;
  private final HostedStreams streams;
  private final Predicate<String> isAssigned;
  private final WorkerExecutor worker;
  private final WorkerExecutor joins;

  /** The group that the disk is about to join; written by the worker's thread only. */
  private volatile Optional<UUID> joining = Optional.empty();

  private volatile boolean closing;

  /**
   * Does nothing yet.
   *
   * @param isAssigned whether a stream has a shard in any group of this pod, by the stream's id
   */
  GroupAdmin(
      HostParts parts,
      ShardHost shards,
      HostedShards hosted,
      HostedReshards reshards,
      HostedStreams streams,
      Predicate<String> isAssigned) {
    this.parts = parts;
    this.shards = shards;
    this.hosted = hosted;
    this.reshards = reshards;
    this.streams = streams;
    this.isAssigned = isAssigned;
    this.worker =
        parts
            .vertx()
            .createSharedWorkerExecutor(
                "admin-" + shards.disk(), 1, Duration.ofSeconds(ADMIN_SECONDS).toNanos());
    this.joins =
        parts
            .vertx()
            .createSharedWorkerExecutor("join-" + shards.disk(), 1, RoleBounds.JOIN.toNanos());
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
        leads ? shards.followers().stream().map(GroupAdmin::reported).toList() : null,
        shards
            .members()
            .map(ids -> ids.stream().map(UUID::toString).sorted().toList())
            .orElse(null),
        shards.hasRoom(),
        hosted.assignment().orElse(null),
        streams.held(),
        hosted.shards(),
        shards.subscriptions(PodReport.MOST_SUBSCRIPTIONS).stream()
            .map(GroupAdmin::reported)
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

  /** Whether the disk is about to join a group, or has joined it. */
  boolean hasBegunToJoin() {
    return joining.isPresent();
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
    if (!members.get().isAlone() && parts.certificates().isEmpty()) {
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
      parts.halt().halt(why, failure);
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
  public CompletionStage<AdminResult> moveLeader(LeaderMove move) {
    return worker.executeBlocking(() -> moveLeaderNow(move)).toCompletionStage();
  }

  private AdminResult moveLeaderNow(LeaderMove move) throws IOException {
    if (!hasGroup(move.group())) {
      return anotherGroup(move.group());
    }
    Optional<UUID> to = uuid(move.to());
    return to.isPresent()
        ? result(shards.moveTo(to.get()))
        : new AdminResult.BadDocument(
            "to must be the UUID of a disk, found '%s'".formatted(move.to()));
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
        parts.vertx().setTimer(RoleBounds.ACCEPTED_LOSS_MILLIS, timer -> startAgain());
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
    return isAssigned.test(publication.streamId())
        ? streams.publish(publication)
        : new AdminResult.Contradiction(
            "stream %s is not assigned to this pod".formatted(publication.streamId()));
  }

  @Override
  public void close() {
    closing = true;
    joins.close();
    worker.close();
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.reshard.ReshardParticipant.Successors;
import dev.millrace.leader.reshard.ReshardPeers;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.SwitchedLimits;
import dev.millrace.server.port.ByteBudget;
import dev.millrace.server.rpc.MemberCalls;
import dev.millrace.server.rpc.MemberStanding;
import dev.millrace.server.rpc.PodAdmin;
import dev.millrace.server.rpc.RpcHandler;
import dev.millrace.server.rpc.RpcPort;
import dev.millrace.server.rpc.ShardCalls;
import dev.millrace.storage.DataFolder;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * A pod's member of one Raft group of its shard set, with a disk of its own: a folder, and an
 * internal port at which it is asked as if it were a pod.
 *
 * <p>On an empty disk it waits until the operator names the group to form, since only the operator
 * knows whether the pod had another disk before. On a disk with a group it starts that group and
 * serves its shards without the operator.
 */
final class HostedGroup implements AutoCloseable {
  private final CloseableStack opened = new CloseableStack();
  private final HostParts parts;
  private final ShardHost shards;
  private final HostedShards hosted;
  private final HostedStreams streams;
  private final HostedReshards reshards;
  private final GroupAdmin admin;
  private volatile int port;

  /**
   * Opens its store.
   *
   * @param parts shared with the other groups of the pod
   * @param folder the group's own
   * @param limits of the shards of all groups
   * @param streams what the pod's front knows
   * @param peers the other groups that take part in a reshard, of this pod or another
   * @param isAssigned whether a stream has a shard in any group of this pod, by the stream's id
   */
  HostedGroup(
      HostParts parts,
      DataFolder folder,
      SwitchedLimits limits,
      HostedStreams streams,
      ReshardPeers peers,
      Predicate<String> isAssigned)
      throws IOException {
    this.parts = parts;
    this.streams = streams;
    try {
      shards = opened.add(new ShardHost(parts, folder));
      hosted = new HostedShards(shards, limits, parts.clock());
      opened.add(
          new PeriodicTask(
              parts.vertx(),
              RoleBounds.RETENTION_INTERVAL_MILLIS,
              "retention",
              hosted::trimExpired));
      reshards =
          opened.add(
              new HostedReshards(
                  shards,
                  parts.clock(),
                  peers,
                  (millis, task) -> parts.vertx().setTimer(millis, timer -> task.run()),
                  streams::generation));
      admin = opened.add(new GroupAdmin(parts, shards, hosted, reshards, streams, isAssigned));
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Starts the group that was formed on the disk, if there is one. Blocks while it is replayed. */
  void start() throws IOException {
    if (shards.isFormed()) {
      shards.start(UUID.randomUUID());
      reshards.start();
    }
    opened.add(
        new PeriodicTask(
            parts.vertx(), RoleBounds.LEADERSHIP_INTERVAL_MILLIS, "reshards", reshards::lookAfter));
  }

  /**
   * Opens its internal port.
   *
   * @param wanted 0 for any free one
   * @param bodies what requests in flight at all ports of the pod hold together
   */
  void listen(int wanted, ByteBudget bodies) throws IOException {
    RpcHandler handler =
        new RpcHandler(
            new ShardCalls(shards::leader, reshards::successors),
            new MemberCalls(
                member -> admin.term(member).isPresent(),
                shards.store(),
                shards::configuration,
                shards.reads(),
                () ->
                    new MemberStanding(
                        shards.hasRoom(), parts.clock().millis(), FeatureLevel.NEWEST)),
            admin,
            bodies,
            parts.tls());
    port =
        opened
            .add(
                CloseableStack.done(
                    "port %d on %s".formatted(wanted, parts.host()),
                    new RpcPort(parts.host(), wanted, parts.tls())
                        .listen(parts.vertx(), handler)
                        .toCompletionStage()))
            .number();
  }

  /** What the operator asks of it. */
  PodAdmin admin() {
    return admin;
  }

  /** The internal port that was bound. */
  int port() {
    return port;
  }

  /** The leader of a shard that this member hosts and leads. */
  Optional<ShardLeader> leader(ShardRef shard) {
    return shards.leads(shard) ? shards.leader() : Optional.empty();
  }

  /** The open shards that took over from a sealed one of this group. */
  Optional<Successors> successors(ShardRef sealed) {
    return reshards.successors(sealed);
  }

  /** Whether shards of a stream are assigned to it, by the stream's id. */
  boolean hasStream(String streamId) {
    return hosted.assignment().flatMap(is -> is.stream(streamId)).isPresent();
  }

  /** Whether there is, or is about to be, a group here. */
  boolean takesPart() {
    return shards.group().isPresent() || hosted.assignment().isPresent() || admin.hasBegunToJoin();
  }

  boolean isAlive() {
    return shards.isAlive();
  }

  /**
   * Whether its shards accept records, here or at the member that leads, and the pod's front knows
   * their streams.
   */
  boolean isReady() {
    return shards.hasLeader()
        && shards.isAlive()
        && shards.hasRoom()
        && hosted.allOpen()
        && hosted.assignment().stream()
            .flatMap(is -> is.streams().stream())
            .allMatch(stream -> streams.lists(stream.id()));
  }

  /** Its part of the pod's banner. */
  String banner() {
    return "port %d has disk %s and group %s"
        .formatted(
            port,
            shards.disk(),
            shards.group().map(UUID::toString).orElse("none, which is not formed yet"));
  }

  /** Hands leadership over and stops; the store is closed when this returns. */
  @Override
  public void close() throws IOException {
    opened.close();
  }
}

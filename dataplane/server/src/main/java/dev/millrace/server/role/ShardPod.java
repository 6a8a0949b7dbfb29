// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.port.Halt;
import dev.millrace.core.report.GroupPorts;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.stream.AccountId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.reshard.ReshardParticipant.Successors;
import dev.millrace.leader.session.PatientLeader;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.SwitchedLimits;
import dev.millrace.replication.DamagedLogException;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.config.ServerSettings.ServerVariable;
import dev.millrace.server.port.ByteBudget;
import dev.millrace.server.rpc.NearestLeader;
import dev.millrace.server.rpc.PodAdmin;
import dev.millrace.server.rpc.PodReshardCalls;
import dev.millrace.server.rpc.RemoteLeader;
import dev.millrace.storage.DataFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * The shard role: hosts the shards of one stream that the operator assigns to it, in one Raft group
 * or several ({@link HostedGroup}), and is a front of the stream. It has no access to the
 * Kubernetes API; the operator requests its reports, and is told when there is something new in
 * them.
 *
 * <p>Order of start: data folders, what the groups share, stores, logs (which replay into the
 * stores), front, internal ports. Order of stop: the reverse.
 */
public final class ShardPod implements RunningRole {
  private final CloseableStack opened = new CloseableStack();
  private final ServerSettings settings;
  private final HostedStreams streams;
  private final List<HostedGroup> groups;
  private final MountedFront front;

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
    try {
      List<DataFolder> folders = openFolders();
      DataFolder folder = folders.getFirst();
      SwitchedLimits limits = new SwitchedLimits(clocks.nanos());
      HostParts parts =
          HostParts.open(opened, settings, vertx, folder, clocks, random, limits, halt);
      streams = new HostedStreams(folder.path());
      PodReshardCalls reshards = opened.add(new PodReshardCalls(vertx, parts.tls()));
      List<HostedGroup> members = new ArrayList<>();
      opened.add(() -> Concurrently.forEach(members, HostedGroup::close));
      for (DataFolder each : folders) {
        members.add(new HostedGroup(parts, each, limits, streams, reshards, this::isAssigned));
      }
      groups = List.copyOf(members);
      Concurrently.forEach(groups, HostedGroup::start);
      ByteBudget bodies = new ByteBudget(RoleBounds.BODY_BYTES);
      String account = AccountId.ofNamespace(settings.namespace().orElseThrow()).text();
      front =
          opened.add(
              new MountedFront(
                  new KinesisFront(settings, vertx, account, folder.path(), clocks, random, bodies),
                  frontParts(parts, clocks),
                  vertx,
                  RoleBounds.MOUNTED_FILES_INTERVAL_MILLIS));
      for (int group = 0; group < groups.size(); group++) {
        int first = settings.rpcPort();
        groups.get(group).listen(first == 0 ? 0 : GroupPorts.of(first, group), bodies);
      }
      settings
          .noticesTo()
          .ifPresent(url -> opened.add(new OperatorNotices(vertx, url, this::reports)));
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** The folder of each group, that of the first one around the others. */
  private List<DataFolder> openFolders() throws IOException {
    List<DataFolder> folders = new ArrayList<>();
    DataFolder first = opened.add(DataFolder.open(settings.data()));
    SortedSet<Integer> leftOver = first.otherGroups().tailSet(settings.groups());
    if (!leftOver.isEmpty()) {
      throw new IOException(
          "data folder %s holds groups/%d, whose records nobody would serve: %s must be at least %d, found %d"
              .formatted(
                  first.path(),
                  leftOver.last(),
                  ServerVariable.GROUPS.variable(),
                  leftOver.last() + 1,
                  settings.groups()));
    }
    folders.add(first);
    for (int group = 1; group < settings.groups(); group++) {
      folders.add(opened.add(first.openGroup(group)));
    }
    return folders;
  }

  private FrontParts frontParts(HostParts parts, Clocks clocks) {
    RemoteLeader others =
        opened.add(
            new RemoteLeader(
                parts.vertx(), streams::routes, parts.reads(), clocks.nanos(), parts.tls()));
    return new FrontParts(
        streams,
        new PatientLeader(
            new NearestLeader(this::leader, this::successors, others),
            FrontActions::later,
            clocks.nanos()),
        new ControlPlane.Elsewhere(
            "the gateway of namespace "
                + settings.namespace().orElseThrow()
                + settings.gateway().map(url -> " at " + url).orElse("")));
  }

  private Optional<ShardLeader> leader(ShardRef shard) {
    return groups.stream().flatMap(group -> group.leader(shard).stream()).findFirst();
  }

  private Optional<Successors> successors(ShardRef sealed) {
    return groups.stream().flatMap(group -> group.successors(sealed).stream()).findFirst();
  }

  private boolean isAssigned(String streamId) {
    return groups.stream().anyMatch(group -> group.hasStream(streamId));
  }

  private List<PodReport> reports() {
    return groups.stream().map(group -> group.admin().report()).toList();
  }

  /** What the operator asks of a group; 0 for the first. */
  PodAdmin admin(int group) {
    return groups.get(group).admin();
  }

  /** The internal port of a group that was bound; 0 for the first group. */
  int port(int group) {
    return groups.get(group).port();
  }

  /** The Kinesis port, if it is open. */
  public OptionalInt kinesisPort() {
    return front.port();
  }

  @Override
  public boolean isAlive() {
    return groups.stream().allMatch(HostedGroup::isAlive);
  }

  /**
   * Whether all groups that were formed, or have shards, are ready. One that is new does not count
   * before: it is formed once all pods of the set have been replaced by those that have it.
   */
  @Override
  public boolean isReady() {
    List<HostedGroup> served = groups.stream().filter(HostedGroup::takesPart).toList();
    return !served.isEmpty() && served.stream().allMatch(HostedGroup::isReady);
  }

  @Override
  public String banner() {
    return "shard pod on %s, Kinesis port %s, %s, data in %s"
        .formatted(
            settings.host(),
            front.port().isPresent() ? front.port().getAsInt() : "closed",
            groups.stream().map(HostedGroup::banner).collect(Collectors.joining(", ")),
            settings.data().toAbsolutePath().normalize());
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}

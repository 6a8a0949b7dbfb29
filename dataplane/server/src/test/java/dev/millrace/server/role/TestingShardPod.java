// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.port.Halt;
import dev.millrace.core.report.GroupPorts;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodAssignment.AssignedShard;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.StreamDescription;
import dev.millrace.core.report.StreamDescription.DescribedConsumer;
import dev.millrace.core.report.StreamDescription.DescribedSettings;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.report.StreamPublication.DescribedShard;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.PublishedShards.BornShard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.http.TlsIdentity;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Shard pods on free ports, and the documents that the operator sends them. */
final class TestingShardPod {
  static final Halt FAIL =
      (why, cause) -> {
        throw new AssertionError(why, cause);
      };

  private TestingShardPod() {}

  /** Starts a pod of namespace {@code team}. */
  static ShardPod start(Path data, Vertx vertx, Clocks clocks, String... settings)
      throws IOException {
    return start(data, vertx, clocks, FAIL, settings);
  }

  /** Starts one that may end itself. */
  static ShardPod start(Path data, Vertx vertx, Clocks clocks, Halt halt, String... settings)
      throws IOException {
    return ShardPod.start(settings(data, settings), vertx, clocks, new SecureRandom(), halt);
  }

  static ServerSettings settings(Path data, String... settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MILLRACE_ROLE", "shard");
    environment.put("MILLRACE_NAMESPACE", "team");
    environment.put("MILLRACE_PORT", "0");
    environment.put("MILLRACE_RPC_PORT", "0");
    environment.put("MILLRACE_DATA", data.toString());
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    return ServerSettings.of(environment);
  }

  /** An assignment of shards of one stream. */
  static PodAssignment assignment(StreamId stream, String limits, List<ShardDefinition> shards) {
    return new PodAssignment(
        List.of(
            new AssignedStream(
                stream.toString(),
                24,
                limits,
                shards.stream().map(TestingShardPod::assigned).toList())));
  }

  private static AssignedShard assigned(ShardDefinition shard) {
    return new AssignedShard(
        shard.id().toString(),
        shard.range().starting().toString(),
        shard.range().ending().toString(),
        shard.parents().stream().map(ShardId::toString).toList(),
        shard.creationSecond());
  }

  /**
   * A publication of a stream with all of its shards.
   *
   * @param version of what is not its shards
   * @param address {@code host:port} of a shard's pod
   */
  static StreamPublication publication(
      StreamDefinition stream,
      String version,
      long generation,
      Function<ShardDefinition, String> address) {
    return publication(stream, version, generation, List.of(), stream.shards(), address);
  }

  /** A publication of a stream with some of its shards, for a pod that has the others. */
  static StreamPublication publication(
      StreamDefinition stream,
      String version,
      long generation,
      List<ShardId> kept,
      List<ShardDefinition> added,
      Function<ShardDefinition, String> address) {
    SortedMap<ShardId, BornShard> born = new TreeMap<>();
    stream.shards().forEach(shard -> born.put(shard.id(), born(shard, generation)));
    return new StreamPublication(
        stream.id().toString(),
        version,
        new StreamDescription(
            stream.name().text(),
            stream.creationSecond(),
            stream.status().name(),
            DescribedSettings.of(stream.settings()),
            stream.consumers().values().stream().map(DescribedConsumer::of).toList(),
            List.of(StreamDescription.SET)),
        generation,
        new PublishedShards(born).digest(),
        StreamPublication.ranges(kept),
        added.stream().map(shard -> listed(shard, address, 0)).toList());
  }

  /**
   * A publication of a stream whose shards are in several groups of one set.
   *
   * @param addresses {@code host:port} of the first group in each pod
   * @param group of a shard
   */
  static StreamPublication publication(
      StreamDefinition stream,
      String version,
      List<String> addresses,
      ToIntFunction<ShardDefinition> group) {
    StreamPublication whole = publication(stream, version, 1, shard -> "set");
    StreamDescription described = whole.description();
    return new StreamPublication(
        whole.streamId(),
        version,
        new StreamDescription(
            described.streamName(),
            described.creationSecond(),
            described.streamStatus(),
            described.settings(),
            described.consumers(),
            addresses),
        1,
        whole.digest(),
        List.of(),
        stream.shards().stream()
            .map(shard -> listed(shard, any -> "set", group.applyAsInt(shard)))
            .toList());
  }

  private static BornShard born(ShardDefinition shard, long generation) {
    return new BornShard(
        shard.id(),
        shard.range(),
        shard.parents(),
        generation,
        shard.isVirtual(),
        Optional.of(shard.creationSecond()));
  }

  private static DescribedShard listed(
      ShardDefinition shard, Function<ShardDefinition, String> address, int group) {
    return new DescribedShard(
        shard.id().toString(),
        shard.range().starting().toString(),
        shard.range().ending().toString(),
        shard.parents().stream().map(ShardId::toString).toList(),
        shard.creationSecond(),
        shard.isVirtual() ? null : address.apply(shard),
        group == 0 ? null : group);
  }

  /**
   * The certificate that all members of a group have, which is its own authority.
   *
   * @return for {@code MILLRACE_RAFT_TLS}
   */
  static Path raftTls(Path folder) throws IOException {
    TlsIdentity identity = TlsIdentity.selfSigned(folder, Instant.now(), new SecureRandom());
    Path tls = Files.createDirectories(folder.resolve("raft-tls"));
    Files.copy(identity.certificate(), tls.resolve("tls.crt"));
    Files.copy(identity.certificate(), tls.resolve("ca.crt"));
    Files.copy(identity.key(), tls.resolve("tls.key"));
    return tls;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = loopback(0)) {
      return socket.getLocalPort();
    }
  }

  /** A port of which the ports of further groups are free, too. */
  static int freePort(int groups) throws IOException {
    while (true) {
      int first = freePort();
      try (CloseableStack taken = new CloseableStack()) {
        for (int group = 0; group < groups; group++) {
          taken.add(loopback(GroupPorts.of(first, group)));
        }
        return first;
      } catch (BindException | IllegalArgumentException e) {
        // Another one is tried.
      }
    }
  }

  private static ServerSocket loopback(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}

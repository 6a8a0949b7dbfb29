// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.TimeDuration;

/**
 * A member of a group of three that is asked for its vote and never stands for election. It is
 * called by the JDK's types only, so that it may come from another class loader.
 */
final class VotingMember implements Callable<Boolean>, AutoCloseable {
  private static final String SELF = "self";
  private static final UUID GROUP = new UUID(1, 2);

  private final RaftServer server;
  private final String candidate;
  private final long term;

  /**
   * Starts it.
   *
   * @param dataFolder holds {@code raft/}
   * @param candidate who asks: {@code a} or {@code b}
   * @param term the candidate's
   */
  VotingMember(Path dataFolder, String candidate, long term) throws IOException {
    this.candidate = candidate;
    this.term = term;
    Path storage = dataFolder.resolve("raft");
    RaftProperties properties =
        RaftSettings.of(TestingBounds.small(), storage, RaftMembers.alone(GROUP));
    RaftConfigKeys.Rpc.setType(properties, new SilentRpc());
    TimeDuration never = TimeDuration.valueOf(1, TimeUnit.DAYS);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, never);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, never);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, never);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, never);
    TestingShardStore store = new TestingShardStore();
    TestingHalt halt = new TestingHalt();
    ShardStateMachine machine =
        new ShardStateMachine(
            store,
            new StoreFlusher(TestingBounds.small(), store, halt),
            new SegmentNames(current(dataFolder), dataFolder),
            needed -> {},
            0,
            halt);
    server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(SELF))
            .setGroup(
                RaftGroup.valueOf(
                    RaftGroupId.valueOf(GROUP),
                    Stream.of(SELF, "a", "b")
                        .map(id -> RaftPeer.newBuilder().setId(id).build())
                        .toList()))
            .setStateMachine(machine)
            .setProperties(properties)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build();
    server.start();
  }

  /** Where its vote lies. */
  static Path current(Path dataFolder) {
    return dataFolder.resolve("raft").resolve(GROUP.toString()).resolve("current");
  }

  /** Asks for its vote; returns whether the candidate got it. */
  @Override
  public Boolean call() throws IOException {
    RequestVoteRequestProto request =
        RequestVoteRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setRequestorId(ByteString.copyFromUtf8(candidate))
                    .setReplyId(ByteString.copyFromUtf8(SELF))
                    .setRaftGroupId(
                        RaftGroupIdProto.newBuilder()
                            .setId(RaftGroupId.valueOf(GROUP).toByteString())))
            .setCandidateTerm(term)
            .setCandidateLastEntry(TermIndexProto.getDefaultInstance())
            .build();
    return server.requestVote(request).getServerReply().getSuccess();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** Knows its peers and reaches none. */
  public static final class SilentRpc implements RpcType, ServerFactory, RaftServerRpc {
    @Override
    public String name() {
      return SilentRpc.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
      return this;
    }

    @Override
    public RpcType getRpcType() {
      return this;
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      return this;
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {}

    @Override
    public void start() {}

    @Override
    public void close() {}

    @Override
    public void handleException(RaftPeerId peer, Exception e, boolean reconnect) {}

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
      throw new IOException("silent");
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
        throws IOException {
      throw new IOException("silent");
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
        throws IOException {
      throw new IOException("silent");
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(
        StartLeaderElectionRequestProto request) throws IOException {
      throw new IOException("silent");
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;

/**
 * The transport of a group of one: it has nobody to call and nobody calls it, so there is no port
 * that others could write the log through. Ratis makes it by its class name.
 */
public final class NoPeersRpc implements RpcType, ServerFactory {

  @Override
  public String name() {
    return NoPeersRpc.class.getName();
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
    return new Rpc();
  }

  private final class Rpc implements RaftServerRpc {
    @Override
    public RpcType getRpcType() {
      return NoPeersRpc.this;
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** A new leader names every member of the group, itself included. */
    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {
      if (peers.size() > 1) {
        throw new IllegalStateException("a group of one was given the peers " + peers);
      }
    }

    @Override
    public void start() {}

    @Override
    public void close() {}

    @Override
    public void handleException(RaftPeerId peer, Exception e, boolean reconnect) {
      throw called();
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
      throw called();
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
        throws IOException {
      throw called();
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
        throws IOException {
      throw called();
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(
        StartLeaderElectionRequestProto request) throws IOException {
      throw called();
    }

    private IllegalStateException called() {
      return new IllegalStateException("a group of one has no peers to call or be called by");
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package org.apache.ratis.grpc.server;

import java.io.IOException;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpcWithProxy;

/** Reaches the connections of a server to its peers, whose class is not public. */
public final class PeerConnections {
  private PeerConnections() {}

  /**
   * Has gRPC try at once to connect to a peer again, if it waits for the next attempt. Does nothing
   * while the peer is connected.
   *
   * @throws IOException if there can be no connection now
   */
  public static void retry(RaftServer server, RaftPeerId peer) throws IOException {
    if (server.getServerRpc() instanceof RaftServerRpcWithProxy<?, ?> rpc
        && rpc.getProxies().getProxy(peer) instanceof GrpcServerProtocolClient client) {
      client.resetConnectBackoff();
    }
  }
}

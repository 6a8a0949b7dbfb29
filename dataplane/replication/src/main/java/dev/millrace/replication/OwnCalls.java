// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.util.EnumSet;
import java.util.Optional;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/**
 * Refuses what is meant for another member. A pod has the same address with every disk, and Ratis
 * does not look whom a call is for: a new disk would acknowledge and vote in place of the one that
 * was lost there, whose votes it does not know.
 *
 * @param self this member
 * @param threads which work on what is sent to it
 */
record OwnCalls(RaftPeerId self, AppendThreads threads)
    implements GrpcServices.Customizer, ServerInterceptor {

  @Override
  public NettyServerBuilder customize(
      NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
    return builder.callExecutor(threads).intercept(this);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean isRefused;

      @Override
      public void onMessage(Q message) {
        Optional<ByteString> meant =
            server(message)
                .map(RaftRpcRequestProto::getReplyId)
                .filter(id -> !self.toByteString().equals(id));
        if (meant.isEmpty() && !isRefused) {
          super.onMessage(message);
        } else if (!isRefused) {
          isRefused = true;
          call.close(
              Status.FAILED_PRECONDITION.withDescription(
                  "this is member %s, not %s"
                      .formatted(self, meant.map(ByteString::toStringUtf8).orElseThrow())),
              new Metadata());
        }
      }

      @Override
      public void onHalfClose() {
        if (!isRefused) {
          super.onHalfClose();
        }
      }
    };
  }

  private static Optional<RaftRpcRequestProto> server(Object message) {
    return switch (message) {
      case AppendEntriesRequestProto request -> Optional.of(request.getServerRequest());
      case RequestVoteRequestProto request -> Optional.of(request.getServerRequest());
      case InstallSnapshotRequestProto request -> Optional.of(request.getServerRequest());
      case StartLeaderElectionRequestProto request -> Optional.of(request.getServerRequest());
      case ReadIndexRequestProto request -> Optional.of(request.getServerRequest());
      default -> Optional.empty();
    };
  }
}

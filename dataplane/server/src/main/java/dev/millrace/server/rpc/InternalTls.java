// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.identity.CertifiedIdentity;
import dev.millrace.core.identity.WorkloadIdentity;
import dev.millrace.core.identity.WorkloadIdentity.GatewayIdentity;
import dev.millrace.core.identity.WorkloadIdentity.OperatorIdentity;
import dev.millrace.core.identity.WorkloadIdentity.ShardPodIdentity;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SSLOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * By what a process proves itself in internal calls, and whom it trusts there: a folder with {@code
 * tls.crt}, {@code tls.key} and {@code ca.crt}, as a mounted Secret has them. The certificate says
 * who it is ({@link WorkloadIdentity}). Files that have changed take effect for new connections;
 * those that stand keep what they began with. Any thread.
 */
public final class InternalTls {
  private static final Logger LOG = Logger.getLogger(InternalTls.class);

  /** Reads in a row while files are replaced; that takes a moment. */
  private static final int MOST_READS = 10;

  private final Path folder;
  private final List<Function<SSLOptions, Future<Boolean>>> users = new CopyOnWriteArrayList<>();
  private volatile State state;

  /** When the files were written that all servers and clients use. */
  private volatile List<FileTime> taken;

  /**
   * What the files held.
   *
   * @param times when each was written
   */
  private record State(List<FileTime> times, SSLOptions options, WorkloadIdentity self) {}

  private InternalTls(Path folder, State state) {
    this.folder = folder;
    this.state = state;
    this.taken = state.times();
  }

  /**
   * Reads the files.
   *
   * @throws IOException if they cannot be used; the message is one line
   */
  public static InternalTls of(Path folder) throws IOException {
    return new InternalTls(folder, read(folder));
  }

  /**
   * Reads the files again if they have changed. Blocks; fails if they cannot be used by all servers
   * and clients, and the next look tries again.
   */
  public CompletionStage<Void> readAgain() {
    try {
      return times(folder).equals(taken) ? CompletableFuture.completedStage(null) : take();
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private CompletionStage<Void> take() throws IOException {
    State next = read(folder);
    state = next;
    return Future.join(users.stream().map(user -> user.apply(options())).toList())
        .<Void>mapEmpty()
        .onSuccess(
            done -> {
              taken = next.times();
              LOG.infof("the certificate in %s is used from now on", folder);
            })
        .toCompletionStage();
  }

  /** Files that are replaced while they are read are read again: a key and its certificate fit. */
  private static State read(Path folder) throws IOException {
    List<FileTime> before = times(folder);
    for (int reads = 0; reads < MOST_READS; reads++) {
      Buffer certificate = file(folder, "tls.crt");
      Buffer key = file(folder, "tls.key");
      Buffer authorities = file(folder, "ca.crt");
      List<FileTime> after = times(folder);
      if (after.equals(before)) {
        return new State(
            after,
            new SSLOptions()
                .setUseAlpn(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions().setCertValue(certificate).setKeyValue(key))
                .setTrustOptions(new PemTrustOptions().addCertValue(authorities)),
            self(folder, certificate));
      }
      before = after;
    }
    throw new IOException(
        "the files in %s changed during each of %d reads".formatted(folder, MOST_READS));
  }

  private static Buffer file(Path folder, String name) throws IOException {
    return Buffer.buffer(Files.readAllBytes(folder.resolve(name)));
  }

  private static List<FileTime> times(Path folder) throws IOException {
    return List.of(
        Files.getLastModifiedTime(folder.resolve("tls.crt")),
        Files.getLastModifiedTime(folder.resolve("tls.key")),
        Files.getLastModifiedTime(folder.resolve("ca.crt")));
  }

  private static WorkloadIdentity self(Path folder, Buffer pem) throws IOException {
    try {
      return Optional.of(
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(pem.getBytes())))
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .flatMap(CertifiedIdentity::of)
          .orElseThrow(() -> new CertificateException("it names no part of an installation"));
    } catch (CertificateException e) {
      throw new IOException(
          "%s cannot be used: %s".formatted(folder.resolve("tls.crt"), e.getMessage()), e);
    }
  }

  /** What connections are made with now. */
  SSLOptions options() {
    return new SSLOptions(state.options());
  }

  /** Tells a server or a client what connections are made with from then on. */
  void follow(Function<SSLOptions, Future<Boolean>> update) {
    users.add(update);
  }

  /**
   * Why the other end of a connection may not make a call here; empty if it may.
   *
   * @param path of the call
   */
  Optional<String> refusal(@Nullable SSLSession session, String path) {
    Optional<WorkloadIdentity> caller = PeerCertificates.peer(session);
    return caller.filter(identity -> mayCall(identity, path)).isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s may not call %s"
                .formatted(caller.map(WorkloadIdentity::uri).orElse("a stranger"), path));
  }

  private boolean mayCall(WorkloadIdentity caller, String path) {
    return switch (caller) {
      case OperatorIdentity operator -> path.startsWith("/admin/");
      case GatewayIdentity gateway ->
          path.startsWith(RpcFormat.PREFIX) && isOfNamespace(gateway.namespace());
      case ShardPodIdentity pod ->
          pod.equals(state.self())
              && (path.startsWith(RpcFormat.PREFIX)
                  || path.startsWith(MemberFormat.PREFIX)
                  || path.equals(PodTerms.PATH)
                  || path.equals(PodReshardCalls.PATH));
    };
  }

  private boolean isOfNamespace(String namespace) {
    return state.self() instanceof ShardPodIdentity self && self.namespace().equals(namespace);
  }

  /**
   * Whether the other end of a connection is a pod that this process may ask: one of the stream for
   * its pods, one of the namespace for a gateway.
   */
  boolean isPod(@Nullable SSLSession session) {
    return PeerCertificates.peer(session)
        .filter(
            peer ->
                switch (state.self()) {
                  case OperatorIdentity operator -> false;
                  case GatewayIdentity gateway ->
                      peer instanceof ShardPodIdentity pod
                          && pod.namespace().equals(gateway.namespace());
                  case ShardPodIdentity pod -> peer.equals(pod);
                })
        .isPresent();
  }

  @Override
  public String toString() {
    return "InternalTls[" + state.self().uri() + "]";
  }
}

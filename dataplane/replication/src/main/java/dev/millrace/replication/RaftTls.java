// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.grpc.util.AdvancedTlsX509KeyManager;
import org.apache.ratis.thirdparty.io.grpc.util.AdvancedTlsX509TrustManager;
import org.apache.ratis.thirdparty.io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import org.jboss.logging.Logger;

/**
 * Mutual TLS between the members of a group, by gRPC's own managers, whose files can be replaced. A
 * member that calls checks the name of the one that it reaches, too: a certificate of another
 * member must not do.
 *
 * <p>The managers could look for new files themselves, but once a minute at most.
 */
final class RaftTls implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RaftTls.class);

  private final RaftCertificates files;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("raft-certificates").factory());
  private List<FileTime> read = List.of();

  private RaftTls(RaftCertificates files) throws CertificateException {
    this.files = files;
    this.trust =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION)
            .build();
  }

  /**
   * Reads the files, and again when they have changed.
   *
   * @throws IOException naming the files, if they cannot be used now
   */
  static RaftTls of(RaftCertificates files) throws IOException {
    try {
      RaftTls tls = new RaftTls(files);
      tls.read();
      long every = files.interval().toMillis();
      tls.reader.scheduleWithFixedDelay(tls::readAgain, every, every, TimeUnit.MILLISECONDS);
      return tls;
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          "the certificates of the Raft group cannot be used: %s: %s".formatted(files, e), e);
    }
  }

  private void readAgain() {
    try {
      read();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      LOG.warnf("the certificates of the Raft group stay as they were: %s: %s", files, e);
    }
  }

  /** Files that are replaced while they are read are read again: a key and its certificate fit. */
  private void read() throws IOException, GeneralSecurityException {
    for (List<FileTime> now = times(); !now.equals(read); now = times()) {
      keys.updateIdentityCredentials(files.certificate().toFile(), files.key().toFile());
      trust.updateTrustCredentials(files.authorities().toFile());
      read = now;
    }
  }

  private List<FileTime> times() throws IOException {
    return List.of(
        Files.getLastModifiedTime(files.certificate()),
        Files.getLastModifiedTime(files.key()),
        Files.getLastModifiedTime(files.authorities()));
  }

  /** Sets what connections are made with. */
  void setIn(Parameters parameters) {
    GrpcConfigKeys.TLS.setConf(parameters, new GrpcTlsConfig(keys, trust, true));
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}

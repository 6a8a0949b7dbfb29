// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.request.CallerIdentity;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.server.audit.AuditTrail;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.http.Dispatcher;
import dev.millrace.server.http.KinesisHandler;
import dev.millrace.server.http.KinesisPort;
import dev.millrace.server.http.RequestDeadlines;
import dev.millrace.server.http.TlsIdentity;
import dev.millrace.server.port.ByteBudget;
import dev.millrace.storage.DataFolder;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The Kinesis API of one account on one port: the same in every role.
 *
 * @param settings address, access keys, TLS
 * @param account the account whose streams are served
 * @param folder contains the self-signed certificate and the key of the iterators
 * @param bodies what the bodies of requests hold together
 */
record KinesisFront(
    ServerSettings settings,
    Vertx vertx,
    String account,
    Path folder,
    Clocks clocks,
    SecureRandom random,
    ByteBudget bodies) {
  private static final int EVENT_LOOPS = 2;
  private static final long ANSWERS_BYTES = 96L << 20;

  /** A front with a budget of its own. */
  KinesisFront(
      ServerSettings settings,
      Vertx vertx,
      String account,
      Path folder,
      Clocks clocks,
      SecureRandom random) {
    this(settings, vertx, account, folder, clocks, random, new ByteBudget(RoleBounds.BODY_BYTES));
  }

  /** A file that the settings name and that is not there, if there is one. */
  Optional<Path> missingFile() {
    return Stream.of(
            settings.credentialsFile(),
            settings.tokenKey(),
            settings.tlsCertificate(),
            settings.tlsKey())
        .flatMap(Optional::stream)
        .filter(file -> !Files.exists(file))
        .findFirst();
  }

  /** Starts to read or create the certificate, which takes some time. */
  CompletableFuture<SslContext> tls() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            TlsIdentity identity =
                settings.tlsCertificate().isPresent()
                    ? new TlsIdentity(
                        settings.tlsCertificate().get(), settings.tlsKey().orElseThrow())
                    : TlsIdentity.selfSigned(folder, clocks.wall().instant(), random);
            return identity.context();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * Opens the port.
   *
   * @param opened gets what is to be closed
   * @param tls the result of {@link #tls}
   * @param parts what is served
   * @return the port that was bound
   */
  int listen(CloseableStack opened, CompletableFuture<SslContext> tls, FrontParts parts)
      throws IOException {
    AccessKeys keys =
        opened.add(AccessKeys.of(settings, vertx, RoleBounds.MOUNTED_FILES_INTERVAL_MILLIS));
    FrontActions actions =
        new FrontActions(settings, account, clocks, random, new TokenSigner(tokenKey()));
    Optional<AuditTrail> audit =
        AuditTrail.open(
            settings.audit(),
            settings.region(),
            account,
            clocks.wall(),
            ThreadLocalRandom::current);
    audit.ifPresent(opened::add);
    KinesisHandler handler =
        new KinesisHandler(
            new Dispatcher(
                gate(keys),
                actions.of(parts),
                operation -> notServed(operation, parts.control()),
                clocks.wall(),
                audit),
            bodies,
            ANSWERS_BYTES,
            ThreadLocalRandom::current,
            clocks.wall(),
            reset(parts.control()),
            RequestDeadlines.DEFAULT);
    KinesisPort port =
        new KinesisPort(
            settings.host(),
            settings.port(),
            settings.maxConnections(),
            EVENT_LOOPS,
            RequestDeadlines.DEFAULT);
    SslContext certificate = CloseableStack.done("TLS", tls);
    return opened
        .add(
            CloseableStack.done(
                "port %d on %s".formatted(settings.port(), settings.host()),
                port.listen(vertx, certificate, handler).toCompletionStage()))
        .number();
  }

  private static KinesisError notServed(Operation operation, ControlPlane control) {
    return switch (control) {
      case ControlPlane.Here here ->
          new KinesisError(
              KinesisError.Name.UNKNOWN_OPERATION,
              "Operation " + operation.text() + " is not supported by this version of Millrace.");
      // Every control call models this error, and no SDK repeats it.
      case ControlPlane.Elsewhere(String where) ->
          KinesisError.invalidArgument(
              "The pods of a stream do not serve %s. Call %s.".formatted(operation.text(), where));
    };
  }

  private static Optional<Supplier<CompletionStage<Void>>> reset(ControlPlane control) {
    return switch (control) {
      case ControlPlane.Here here -> here.reset();
      case ControlPlane.Elsewhere elsewhere -> Optional.empty();
    };
  }

  private RequestGate gate(AccessKeys keys) {
    // Clients of Kinesis sign for STS in their own region or, by the older rule, in its global one.
    Predicate<String> regionOfSts = List.of(settings.region(), "us-east-1")::contains;
    return new RequestGate(
        verifier(keys, "kinesis", settings.region()::equals),
        new CallerIdentity(account, verifier(keys, "sts", regionOfSts)));
  }

  private static Optional<SignatureVerifier> verifier(
      AccessKeys keys, String service, Predicate<String> regions) {
    return keys.isAnonymous()
        ? Optional.empty()
        : Optional.of(new SignatureVerifier(service, regions, keys::find));
  }

  /**
   * The key of the iterators: from the file that all fronts share, or generated in this data
   * folder.
   */
  private byte[] tokenKey() throws IOException {
    Path file = settings.tokenKey().orElse(folder.resolve("token.key"));
    if (settings.tokenKey().isEmpty() && !Files.exists(file)) {
      byte[] secret = new byte[TokenSigner.KEY_BYTES];
      random.nextBytes(secret);
      DataFolder.writeDurably(file, secret);
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != TokenSigner.KEY_BYTES) {
      throw new IOException(
          "%s must hold %d bytes, found %d".formatted(file, TokenSigner.KEY_BYTES, key.length));
    }
    return key;
  }
}

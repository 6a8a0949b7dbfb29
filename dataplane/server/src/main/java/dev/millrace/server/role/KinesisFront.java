// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.protocol.request.SecurityTokenCalls;
import dev.millrace.server.access.AccessControl;
import dev.millrace.server.access.KnownUsers;
import dev.millrace.server.access.Sessions;
import dev.millrace.server.audit.AuditTrail;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.http.Dispatcher;
import dev.millrace.server.http.KinesisHandler;
import dev.millrace.server.http.KinesisPort;
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
   */
  OpenFront listen(CloseableStack opened, CompletableFuture<SslContext> tls, FrontParts parts)
      throws IOException {
    TokenSigner signer = new TokenSigner(tokenKey());
    FrontActions actions = new FrontActions(settings, account, clocks, random, signer);
    Optional<FrontUsers> users =
        settings.authenticates() ? Optional.of(users(opened, signer)) : Optional.empty();
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
                gate(users),
                actions.of(parts),
                operation -> notServed(operation, parts.control()),
                clocks.wall(),
                users.map(
                    are ->
                        new AccessControl(
                            are.known(),
                            new StreamLookup(parts.catalogue(), settings.region(), account),
                            signer,
                            clocks.wall())),
                audit),
            bodies,
            ANSWERS_BYTES,
            ThreadLocalRandom::current,
            clocks.wall(),
            reset(parts.control()));
    KinesisPort port =
        new KinesisPort(settings.host(), settings.port(), settings.maxConnections(), EVENT_LOOPS);
    SslContext certificate = CloseableStack.done("TLS", tls);
    int bound =
        opened
            .add(
                CloseableStack.done(
                    "port %d on %s".formatted(settings.port(), settings.host()),
                    port.listen(vertx, certificate, handler).toCompletionStage()))
            .number();
    return new OpenFront(bound, users.map(FrontUsers::known));
  }

  /**
   * A front that listens.
   *
   * @param port the port that was bound
   * @param users who may sign; absent if requests need no signature
   */
  record OpenFront(int port, Optional<KnownUsers> users) {}

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

  /** Who may sign, and for how long. */
  private record FrontUsers(KnownUsers known, Sessions sessions) {}

  private FrontUsers users(CloseableStack opened, TokenSigner signer) throws IOException {
    KnownUsers known = new KnownUsers(settings, account, signer);
    opened.add(
        new PeriodicTask(
            vertx,
            RoleBounds.MOUNTED_FILES_INTERVAL_MILLIS,
            "reading users",
            () -> readAgain(known)));
    return new FrontUsers(
        known, new Sessions(known, account, settings.namespace().orElse(""), signer, random));
  }

  private static CompletionStage<Void> readAgain(KnownUsers users) {
    try {
      users.readAgain();
      return CompletableFuture.completedStage(null);
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private RequestGate gate(Optional<FrontUsers> users) {
    // Clients of Kinesis sign for STS in their own region or, by the older rule, in its global one.
    Predicate<String> regionOfSts = List.of(settings.region(), "us-east-1")::contains;
    return new RequestGate(
        users.map(are -> new SignatureVerifier("kinesis", settings.region()::equals, are.known())),
        new SecurityTokenCalls(
            account,
            users.map(are -> new SignatureVerifier("sts", regionOfSts, are.known())),
            users.map(FrontUsers::sessions)));
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

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.audit;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.audit.AuditCaller;
import dev.millrace.protocol.audit.AuditFailure;
import dev.millrace.protocol.audit.AuditRecord;
import dev.millrace.protocol.audit.AuditSource;
import dev.millrace.protocol.audit.AuditedAnswer;
import dev.millrace.protocol.audit.AuditedCall;
import dev.millrace.protocol.auth.Signer;
import dev.millrace.protocol.request.RequestIds;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.server.config.AuditTarget;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which calls are recorded: every control call, and of all calls those that were refused
 * for their signature or for lack of a permission. Callable from any thread; never blocks.
 */
public final class AuditTrail implements AutoCloseable {
  private final String region;
  private final String account;
  private final InstantSource clock;
  private final Supplier<RandomGenerator> random;
  private final AuditLog log;

  /**
   * Starts an audit.
   *
   * @param account 12 digits: the account whose streams are served
   * @param random draws ids of records; called on the thread that uses it
   */
  AuditTrail(
      AuditOutput output,
      String region,
      String account,
      InstantSource clock,
      Supplier<RandomGenerator> random) {
    this.region = region;
    this.account = account;
    this.clock = clock;
    this.random = random;
    this.log = new AuditLog(output, this::droppedLine);
  }

  /**
   * Starts the audit that the settings ask for, if they do.
   *
   * @see #AuditTrail
   * @throws IOException if the file cannot be opened
   */
  public static Optional<AuditTrail> open(
      AuditTarget target,
      String region,
      String account,
      InstantSource clock,
      Supplier<RandomGenerator> random)
      throws IOException {
    return switch (target) {
      case AuditTarget.NoAudit _ -> Optional.empty();
      case AuditTarget.AuditToStdout _ ->
          Optional.of(
              new AuditTrail(AuditOutput.shared(System.out), region, account, clock, random));
      case AuditTarget.AuditToFile file ->
          Optional.of(new AuditTrail(new AuditFile(file.path()), region, account, clock, random));
    };
  }

  private byte[] droppedLine(long count) {
    return AuditRecord.droppedLine(clock.instant(), region, account, newId(), count);
  }

  private String newId() {
    return RequestIds.uuid(random.get());
  }

  /** Whether a call that was admitted is recorded. Allocates nothing. */
  public static boolean isRecorded(Operation operation, @Nullable KinesisError error) {
    return !operation.isData()
        || (error != null && error.name() == KinesisError.Name.ACCESS_DENIED);
  }

  /**
   * Records a call that was admitted.
   *
   * @param signer who signed it, if signatures are required
   * @param input the decoded request, if it could be decoded
   * @param error why it failed; absent if it succeeded
   */
  public void record(
      Operation operation,
      Optional<Signer> signer,
      Optional<Structure> input,
      Optional<KinesisError> error,
      WireRequest request,
      CallPeer peer) {
    record(
        new AuditedAnswer(
            AuditedCall.of(operation), AuditCaller.of(signer), error.map(AuditFailure::of)),
        input,
        request,
        peer);
  }

  /** Records a call that was answered before any action. */
  public void record(AuditedAnswer answer, WireRequest request, CallPeer peer) {
    record(answer, Optional.empty(), request, peer);
  }

  private void record(
      AuditedAnswer answer, Optional<Structure> input, WireRequest request, CallPeer peer) {
    log.add(
        new AuditRecord(
                clock.instant(),
                region,
                account,
                answer.call(),
                answer.caller(),
                AuditSource.of(peer.address(), peer.tls(), request.headers()),
                answer.failure(),
                input,
                request.id(),
                newId())
            .line());
  }

  /** Writes what is waiting. */
  @Override
  public void close() throws IOException {
    log.close();
  }
}

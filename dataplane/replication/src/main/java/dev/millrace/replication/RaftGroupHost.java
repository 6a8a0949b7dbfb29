// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.ShardStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.LifeCycle;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A member of a Raft group in this process: started from an empty or a used folder, stopped in
 * order. Whoever starts it must own the data folder's lock.
 */
public final class RaftGroupHost implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RaftGroupHost.class);
  private static final long SNAPSHOT_TIMEOUT_MILLIS = TimeUnit.MINUTES.toMillis(5);

  /** An entry in flight waits for one fsync and its apply. */
  private static final long LAST_ANSWERS_MILLIS = 3_000;

  /** What is not flushed by then is replayed at the next start. */
  private static final Duration LAST_FLUSH = Duration.ofSeconds(20);

  /** What was acknowledged is on the disk by then; the process ends without it. */
  private static final Duration LAST_CLOSE = Duration.ofSeconds(20);

  /** What is common to the names of the classes that Ratis' threads run. */
  private static final String RATIS = "org.apache.ratis.server";

  private final RaftServer server;
  private final RaftGroupId groupId;
  private final ShardStateMachine machine;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final StoreFlusher flusher;
  private final RaftBounds bounds;
  private final RaftMembers members;
  private final Path configurationFile;
  private final Path dataFolder;
  private final ShardStore store;
  private final Leadership leadership;
  private final Closeable parts;
  private final RaftShardLog log;
  private final LongSupplier nanos;
  private final FsyncProgress fsyncs = new FsyncProgress();

  /** False before Raft has started: a start that failed closes what it has opened. */
  private volatile boolean takesPart;

  private RaftGroupHost(
      RaftServer server,
      RaftGroupId groupId,
      ShardStateMachine machine,
      ShardStore store,
      StoreFlusher flusher,
      RaftBounds bounds,
      RaftIdentity identity,
      RaftPeering peering,
      Closeable parts) {
    this.configurationFile = identity.current().resolve(GroupConfiguration.FILE);
    this.dataFolder = identity.dataFolder();
    this.store = store;
    this.members = identity.members();
    this.server = server;
    this.groupId = groupId;
    this.machine = machine;
    this.flusher = flusher;
    this.bounds = bounds;
    this.leadership =
        new Leadership(
            server, groupId, members.self(), client, callIds::incrementAndGet, peering.terms());
    this.parts = parts;
    this.nanos = peering.nanos();
    SharedConfirmation confirmation = new SharedConfirmation(leadership::confirm);
    this.log =
        new RaftShardLog(
            bounds,
            this::submit,
            members.isAlone()
                ? () -> CompletableFuture.completedStage(null)
                : confirmation::confirm,
            members.isAlone() ? () -> FeatureLevel.NEWEST : peering.level(),
            nanos,
            RaftGroupHost::after);
    machine.tell(this::tellLog);
  }

  private static void after(long nanos, Runnable task) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run).execute(task);
  }

  /** Ratis may say that a leader is ready after it has said that leadership is gone. */
  private void tellLog(boolean leads) {
    log.leads(leads);
    if (leads && !leads()) {
      log.leads(false);
    }
  }

  /** Whether a group was formed in a data folder, or was about to be when the process ended. */
  public static boolean isFormed(Path dataFolder) {
    return RaftIdentity.isThere(dataFolder);
  }

  /**
   * Starts the member of a group that has its disk in a data folder. A group alone is waited for
   * until it accepts commands: everything in its log has been applied then. Its bounds are {@link
   * RaftBounds#of}.
   *
   * @param dataFolder holds {@code raft-identity} and {@code raft/}
   * @param store the group's applied state
   * @param halt called for a failure after which going on could lose a record
   * @param newGroup the group's id, if none was formed in the folder yet
   * @param peering how this member finds and trusts the others
   * @throws DamagedLogException when the log is damaged and others have what was acknowledged
   * @throws IOException with one clear line when the log cannot be used, or in time
   */
  public static RaftGroupHost start(
      Path dataFolder, ShardStore store, Halt halt, UUID newGroup, RaftPeering peering)
      throws IOException {
    return start(dataFolder, RaftBounds::of, store, halt, newGroup, peering);
  }

  /** The same with other bounds. */
  static RaftGroupHost start(
      Path dataFolder,
      Function<RaftMembers, RaftBounds> boundsOf,
      ShardStore store,
      Halt halt,
      UUID newGroup,
      RaftPeering peering)
      throws IOException {
    try {
      return startMember(dataFolder, boundsOf, store, halt, newGroup, peering);
    } catch (DamagedLogException e) {
      if (RaftIdentity.hasOthers(dataFolder)) {
        throw e;
      }
      // The only copy stays as it is.
      throw new IOException(e.getMessage() + "; restore the data folder", e);
    }
  }

  private static RaftGroupHost startMember(
      Path dataFolder,
      Function<RaftMembers, RaftBounds> boundsOf,
      ShardStore store,
      Halt halt,
      UUID newGroup,
      RaftPeering peering)
      throws IOException {
    if (peering.joins() && !RaftIdentity.isThere(dataFolder)) {
      CatchUp.need(dataFolder, 0);
    }
    RaftIdentity identity =
        RaftIdentity.open(
            dataFolder, store.durable(), newGroup, peering.forming(), peering.joins());
    RaftMembers members = identity.members();
    RaftBounds bounds = boundsOf.apply(members);
    RaftProperties properties = RaftSettings.of(bounds, identity.storage(), members);
    GrpcConfigKeys.Server.setHost(properties, peering.host());
    RaftSettings.verify(properties, dataFolder, bounds.maxEntryBytes());
    DurableVotes.verify();
    LogInspection inspection = new LogInspection(identity.current());
    new CatchUp(
            dataFolder,
            identity.current(),
            identity.configuration().others(members.self()),
            store,
            peering.rows(),
            peering.nanos(),
            bounds.startTimeout())
        .run();
    inspection.beforeStart();
    new InterruptedPurge(identity.current(), store.durable().index())
        .run()
        .ifPresent(done -> LOG.warnf("Raft log: %s", done));
    new LogTailRepair(identity.current()).run().ifPresent(cut -> LOG.warnf("Raft log: %s", cut));
    AcceptedLossOrder.carryOut(identity, store.durable().index());
    RaftGroupId groupId = RaftGroupId.valueOf(identity.group());
    StoreFlusher flusher = new StoreFlusher(bounds, store, halt);
    SegmentNames segments = new SegmentNames(identity.current(), dataFolder);
    ShardStateMachine machine =
        new ShardStateMachine(
            store,
            flusher,
            segments,
            needed -> CatchUp.need(dataFolder, needed),
            bounds.keptFlushes(),
            halt);
    Optional<RaftTls> tls = tls(members, peering.certificates());
    Parameters parameters = new Parameters();
    tls.ifPresent(certificates -> certificates.setIn(parameters));
    AppendThreads threads = new AppendThreads(machine::follows);
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters, new OwnCalls(members.selfId(), threads));
    Closeable files =
        () -> {
          tls.ifPresent(RaftTls::close);
          threads.close();
          segments.close();
        };
    // RECOVER also forms a group where there is none; RaftIdentity knows when that is right.
    RaftServer server;
    try {
      server =
          RaftServer.newBuilder()
              .setServerId(members.selfId())
              .setGroup(identity.raftGroup())
              .setStateMachine(machine)
              .setProperties(properties)
              .setParameters(parameters)
              .setOption(RaftStorage.StartupOption.RECOVER)
              .build();
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
    PromptReconnection reconnection =
        new PromptReconnection(
            server, groupId, () -> Leadership.others(server, groupId, members.self()).keySet());
    Closeable parts =
        () -> {
          reconnection.close();
          files.close();
        };
    RaftGroupHost host =
        new RaftGroupHost(
            server, groupId, machine, store, flusher, bounds, identity, peering, parts);
    try {
      host.start(members.isAlone());
      identity.formed();
      return host;
    } catch (IOException e) {
      host.close();
      inspection.explain(e);
      throw e;
    }
  }

  private static Optional<RaftTls> tls(RaftMembers members, Optional<RaftCertificates> certificates)
      throws IOException {
    if (members.isAlone()) {
      return Optional.empty();
    }
    return Optional.of(
        RaftTls.of(
            certificates.orElseThrow(
                () ->
                    new IOException("members of a group that call each other need certificates"))));
  }

  /** A member that has peers takes part without knowing who will lead, or whether anybody does. */
  private void start(boolean isAlone) throws IOException {
    try {
      server.start();
      if (isAlone) {
        machine.leaderReady().get(bounds.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (TimeoutException e) {
      throw new IOException("the Raft group was not ready within " + bounds.startTimeout(), e);
    } catch (ExecutionException | RuntimeException e) {
      throw new IOException("the Raft group cannot start: " + rootOf(e).getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the Raft group started", e);
    }
    takesPart = true;
    flusher.start(this::snapshot);
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** The group's log. */
  public ShardLog log() {
    return log;
  }

  /** The group's id, as it is on the disk. */
  public UUID group() {
    return groupId.getUuid();
  }

  /**
   * Whether Ratis runs, the server and the group: after a stop the process must be restarted. A
   * group that this disk is about to join is starting until then.
   */
  public boolean isRunning() {
    try {
      return server.getLifeCycleState() == LifeCycle.State.RUNNING
          && LifeCycle.States.STARTING_OR_RUNNING.contains(
              server.getDivision(groupId).getInfo().getLifeCycleState());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether this member leads the group and has applied all that its predecessors committed. */
  public boolean leads() {
    return leadership.isHere();
  }

  /** Whether some member of the group, this one or another, is known to lead it. */
  public boolean hasLeader() {
    return leadership.isKnown();
  }

  /** The other members by id, {@code HOST:PORT} of their internal ports. */
  public Map<UUID, String> others() {
    return leadership.others();
  }

  /**
   * The members by the group's log, if this one leads: a majority has the entry that says so. Empty
   * while they change, and where another leads.
   */
  public Optional<Set<UUID>> memberIds() {
    return leadership.committedMembers();
  }

  /**
   * Makes a disk that has joined a member, if this one leads: by one change of the group's
   * configuration, which begins once that disk has what is in the log. Does not wait for it.
   *
   * @param expected the members before
   * @param lost the member in whose place it comes; empty if it is one more
   * @return why the change did not begin; empty if it did, or is done
   */
  public Optional<String> admit(
      Set<UUID> expected, Optional<UUID> lost, UUID added, RaftMembers.Addresses at) {
    return leadership.admit(expected, lost, added, at);
  }

  /**
   * Orders that the next start goes on with this member alone, since a person has accepted that the
   * disks of a majority are lost. All that is in its log stays, and a line in {@code
   * accepted-losses.jsonl} in the data folder says what was ordered. Both are durable when this
   * returns; the process must end then ({@link #isLossAccepted}).
   *
   * @param expected the members before
   * @param lost those of them whose disks are gone
   * @param request what the person said
   * @param at now
   * @return why nothing was ordered; empty if it was, or if this member is alone already
   */
  public Optional<String> acceptLoss(Set<UUID> expected, Set<UUID> lost, String request, Instant at)
      throws IOException {
    return new LossAcceptance(dataFolder, leadership).order(expected, lost, logEnd(), request, at);
  }

  /** The last entry of the log, known to be committed or not. */
  public LogPosition logEnd() throws IOException {
    try {
      TermIndex last = server.getDivision(groupId).getRaftLog().getLastEntryTermIndex();
      return last == null ? store.durable() : new LogPosition(last.getTerm(), last.getIndex());
    } catch (IllegalStateException e) {
      throw new IOException("the log is closed", e);
    }
  }

  /** Whether the next start in a data folder goes on with its member alone. */
  public static boolean isLossAccepted(Path dataFolder) {
    return AcceptedLossOrder.isIn(dataFolder);
  }

  /** What Ratis keeps of the group's configuration, as far as it was applied. */
  public ByteBuffer configuration() throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(configurationFile));
  }

  /** Has another member lead in place of this one, if this one leads. Waits for its election. */
  public void handOver() {
    leadership.handOver();
  }

  /**
   * Has a certain member lead in place of this one, if this one leads and that one acknowledges
   * what is written. Waits for its election, some seconds at most.
   *
   * @return why that was not begun; empty if that member leads now, or did before
   * @throws IOException if it does not lead in time
   */
  public Optional<String> moveTo(UUID member) throws IOException {
    return leadership.moveTo(member);
  }

  /**
   * For how long the log of this member has waited for an fsync, as far as this was asked, by one
   * thread at a time; zero if it does not wait.
   */
  public Duration waitsForDisk() {
    try {
      RaftLog raftLog = server.getDivision(groupId).getRaftLog();
      return fsyncs.waiting(raftLog.getFlushIndex(), raftLog.getNextIndex() - 1, nanos.getAsLong());
    } catch (IOException | IllegalStateException e) {
      // Ratis has closed the group or its log, and the process is about to end.
      return Duration.ZERO;
    }
  }

  /** The other members, if this one leads. */
  public List<FollowerProgress> followers() {
    return leadership.followers();
  }

  /**
   * The term that this member is in now; it rises when somebody wants to lead in place of another.
   */
  public long term() throws IOException {
    return leadership.term();
  }

  /** The first entry that is in the log still. */
  long firstIndex() throws IOException {
    return server.getDivision(groupId).getRaftLog().getStartIndex();
  }

  /**
   * On the calling thread: the server itself would have another one do the same and wait for it.
   */
  private CompletableFuture<RaftClientReply> submit(Message entry) throws IOException {
    RaftClientAsynchronousProtocol group =
        (RaftClientAsynchronousProtocol) server.getDivision(groupId);
    return group.submitClientRequestAsync(
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(groupId)
            .setCallId(callIds.incrementAndGet())
            .setMessage(entry)
            .setType(RaftClientRequest.writeRequestType())
            .build());
  }

  /** Has Ratis purge the log up to what is durable. Does not wait for it. */
  private void snapshot() {
    machine.flushed();
    server
        .snapshotManagementAsync(
            SnapshotManagementRequest.newCreate(
                client,
                server.getId(),
                groupId,
                callIds.incrementAndGet(),
                SNAPSHOT_TIMEOUT_MILLIS))
        .whenComplete((reply, failure) -> logRefused(reply, failure));
  }

  private static void logRefused(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
    if (reply == null || !reply.isSuccess()) {
      Throwable why =
          reply != null && reply.getException() != null ? reply.getException() : failure;
      // Nothing is lost: the log stays longer than it should, and the next flush purges it.
      LOG.warnf("the log was not purged after a flush: %s", String.valueOf(why));
    }
  }

  /**
   * Hands leadership over, rejects new commands, waits for the answers of those in flight, flushes
   * the store, and stops Raft, which purges the log. Each wait is bounded.
   */
  @Override
  public void close() throws IOException {
    if (takesPart) {
      leadership.handOver();
    }
    machine.stopping();
    try {
      log.close().get(LAST_ANSWERS_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("commands are in flight; their callers do not learn what became of them");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!flusher.close(LAST_FLUSH)) {
      LOG.warnf("the store was not flushed within %s; the next start replays the log", LAST_FLUSH);
    }
    try {
      closeServer();
    } finally {
      parts.close();
    }
  }

  /** Ratis waits for its threads without a bound. */
  private void closeServer() throws IOException {
    FutureTask<Boolean> closed =
        new FutureTask<>(
            () -> {
              server.close();
              return true;
            });
    Thread.ofPlatform().daemon().name("raft-close").start(closed);
    try {
      closed.get(LAST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warnf("Raft was not closed within %s; its threads are at%s", LAST_CLOSE, ratisThreads());
    } catch (ExecutionException e) {
      throw new IOException("Raft was not closed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where each thread of this process is that runs code of Ratis: which one waits for which. */
  private static String ratisThreads() {
    StringBuilder text = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, frames) -> {
              if (Arrays.stream(frames).anyMatch(at -> at.getClassName().startsWith(RATIS))) {
                text.append("\n").append(thread.getName()).append(' ').append(thread.getState());
                Arrays.stream(frames).forEach(at -> text.append("\n    ").append(at));
              }
            });
    return text.toString();
  }
}

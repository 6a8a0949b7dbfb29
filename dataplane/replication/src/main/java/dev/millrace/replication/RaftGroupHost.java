package dev.millrace.replication;

import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.ShardStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Raft group of one member in this process: started from an empty or a used folder, stopped in
 * order. Whoever starts it must own the data folder's lock.
 */
public final class RaftGroupHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RaftGroupHost.class);
  private static final long SNAPSHOT_TIMEOUT_MILLIS = TimeUnit.MINUTES.toMillis(5);

  private final RaftServer server;
  private final RaftGroupId groupId;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final AtomicLong bytesSinceSnapshot = new AtomicLong();
  private final ScheduledExecutorService snapshots =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("snapshots").factory());
  private final RaftBounds bounds;
  private final RaftShardLog log;

  private RaftGroupHost(RaftServer server, RaftGroupId groupId, RaftBounds bounds) {
    this.server = server;
    this.groupId = groupId;
    this.bounds = bounds;
    this.log = new RaftShardLog(bounds, this::submit, this::committed);
  }

  /**
   * Starts the group of a data folder and waits until it takes commands: everything in its log has
   * been applied then.
   *
   * @param dataFolder holds {@code raft-identity} and {@code raft/}
   * @param store the group's applied state
   * @param halt called for a failure after which going on could lose a record
   * @throws IOException with one clear line when the log cannot be used, or in time
   */
  public static RaftGroupHost start(Path dataFolder, RaftBounds bounds, ShardStore store, Halt halt)
      throws IOException {
    Path storage = dataFolder.resolve("raft");
    RaftIdentity identity = RaftIdentity.open(dataFolder, storage, UUID::randomUUID);
    Path groupFolder = storage.resolve(identity.group().toString());
    new LogTailRepair(groupFolder.resolve("current"), bounds.byteLimit())
        .run()
        .ifPresent(cut -> LOG.warn("Raft log: {}", cut));
    RaftProperties properties = RaftSettings.of(bounds, storage);
    RaftSettings.verify(properties, dataFolder, bounds.maxEntryBytes());
    RaftPeer self =
        RaftPeer.newBuilder().setId(RaftPeerId.valueOf(identity.peer().toString())).build();
    RaftGroupId groupId = RaftGroupId.valueOf(identity.group());
    ShardStateMachine machine = new ShardStateMachine(store, halt);
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(self.getId())
            .setGroup(RaftGroup.valueOf(groupId, self))
            .setStateMachine(machine)
            .setProperties(properties)
            .setOption(
                identity.formatted()
                    ? RaftStorage.StartupOption.RECOVER
                    : RaftStorage.StartupOption.FORMAT)
            .build();
    RaftGroupHost host = new RaftGroupHost(server, groupId, bounds);
    try {
      server.start();
      machine.leaderReady().get(bounds.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      host.close();
      throw new IOException(
          "the Raft group in " + storage + " was not ready within " + bounds.startTimeout(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      host.close();
      throw new IOException("interrupted while the Raft group started", e);
    } catch (IOException e) {
      host.close();
      throw e;
    }
    long interval = bounds.snapshotInterval().toMillis();
    host.snapshots.scheduleWithFixedDelay(
        host::snapshot, interval, interval, TimeUnit.MILLISECONDS);
    return host;
  }

  /** The group's log. */
  public ShardLog log() {
    return log;
  }

  /** Whether Ratis runs: a closed one must be restarted, with the process. */
  public boolean isRunning() {
    return server.getLifeCycleState() == LifeCycle.State.RUNNING;
  }

  /** The term; it rises only when the group lost its leader. */
  long term() throws IOException {
    return server.getDivision(groupId).getInfo().getCurrentTerm();
  }

  private java.util.concurrent.CompletableFuture<org.apache.ratis.protocol.RaftClientReply> submit(
      org.apache.ratis.protocol.Message entry) throws IOException {
    return server.submitClientRequestAsync(
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(groupId)
            .setCallId(callIds.incrementAndGet())
            .setMessage(entry)
            .setType(RaftClientRequest.writeRequestType())
            .build());
  }

  private void committed(long bytes) {
    if (bytesSinceSnapshot.addAndGet(bytes) > bounds.snapshotBytes()) {
      bytesSinceSnapshot.set(0);
      snapshots.execute(this::snapshot);
    }
  }

  private void snapshot() {
    try {
      server.snapshotManagement(
          SnapshotManagementRequest.newCreate(
              client, server.getId(), groupId, callIds.incrementAndGet(), SNAPSHOT_TIMEOUT_MILLIS));
    } catch (IOException e) {
      // The log stays longer than it should; the next one purges it. A failed flush has halted.
      LOG.warn("no snapshot was taken, the log is kept until the next: {}", e.toString());
    }
  }

  /** Refuses new commands, waits for Raft to stop and takes a last snapshot. */
  @Override
  public void close() throws IOException {
    log.close();
    snapshots.shutdownNow();
    server.close();
  }
}

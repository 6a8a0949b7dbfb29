package dev.millrace.replication;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Who this disk is in its group. An emptied disk must never vote, or stand alone, under its old
 * name, and Ratis would format it without a word; so the identity lies beside the log and both must
 * be there, or neither.
 *
 * @param group the group
 * @param peer this member
 * @param formatted whether the log was there already
 */
record RaftIdentity(UUID group, UUID peer, boolean formatted) {
  private static final String FILE = "raft-identity";
  private static final String FORMAT = "millrace raft identity 1";

  /**
   * Reads the identity, or makes one where neither it nor a log is.
   *
   * @throws IOException when only one of the two is there
   */
  static RaftIdentity open(Path dataFolder, Path storage, Supplier<UUID> ids) throws IOException {
    Path file = dataFolder.resolve(FILE);
    boolean logIsThere = isThere(storage);
    if (Files.exists(file)) {
      RaftIdentity identity = read(file, logIsThere);
      if (!logIsThere && Files.exists(dataFolder.resolve("store"))) {
        throw new IOException(
            "the Raft log in "
                + storage
                + " is gone while "
                + file
                + " and the store are there: restore the log, or the whole data folder");
      }
      return identity;
    }
    if (logIsThere) {
      throw new IOException(
          "a Raft log is in " + storage + " but " + file + " is missing: restore the file");
    }
    RaftIdentity fresh = new RaftIdentity(ids.get(), ids.get(), false);
    fresh.write(dataFolder, file);
    return fresh;
  }

  private static boolean isThere(Path storage) throws IOException {
    if (!Files.exists(storage)) {
      return false;
    }
    try (var entries = Files.list(storage)) {
      return entries.findAny().isPresent();
    }
  }

  private static RaftIdentity read(Path file, boolean formatted) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 3 || !lines.get(0).equals(FORMAT)) {
      throw new IOException(file + " must begin with '" + FORMAT + "' and hold two ids");
    }
    return new RaftIdentity(
        UUID.fromString(lines.get(1)), UUID.fromString(lines.get(2)), formatted);
  }

  private void write(Path dataFolder, Path file) throws IOException {
    Path fresh = file.resolveSibling(FILE + ".new");
    Files.writeString(fresh, FORMAT + "\n" + group + "\n" + peer + "\n");
    force(fresh, StandardOpenOption.WRITE);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    force(dataFolder, StandardOpenOption.READ);
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }
}

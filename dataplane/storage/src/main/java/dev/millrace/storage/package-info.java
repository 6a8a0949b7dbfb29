/**
 * The applied state, kept in RocksDB: one column family a shard, one for the stream catalogue. The
 * Raft log is the write-ahead log, so RocksDB's own stays off.
 */
@NullMarked
package dev.millrace.storage;

import org.jspecify.annotations.NullMarked;

/**
 * Keeps the applied state in RocksDB: one column family per shard and one for the stream catalogue.
 * The Raft log is the write-ahead log, so RocksDB's own is off.
 */
@NullMarked
package dev.millrace.storage;

import org.jspecify.annotations.NullMarked;

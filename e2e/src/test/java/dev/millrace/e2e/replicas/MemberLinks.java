// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The network between the members of groups: each member knows the others by the same names and
 * finds them at loopback addresses of its own, so that a test can cut them off from each other,
 * also in one direction only. Clients are not affected. Thread-safe.
 */
final class MemberLinks implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  /** What one member says to another, whoever opened the connection. */
  private record Direction(int from, int to) {}

  /** A connection that is carried. */
  private record Carried(Direction opened, Socket near, Socket far) {
    private void close() {
      for (Socket socket : List.of(near, far)) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is gone in any case.
        }
      }
    }
  }

  private final List<ServerSocket> ports = new ArrayList<>();
  private final Set<Direction> opened = new HashSet<>();
  private final Set<Carried> connections = new HashSet<>();
  private final Set<Direction> silent = new HashSet<>();
  private final Set<Direction> refused = new HashSet<>();
  private final Map<Direction, BadLink> bad = new HashMap<>();
  private boolean closed;

  /** The name of a set of members, from 0. */
  static String set(int which) {
    return "set-" + which;
  }

  /** The name of a member, for all: that of its set, and its place in it. */
  static String name(int member) {
    return set(member / ReplicaGroup.MEMBERS) + "-" + member % ReplicaGroup.MEMBERS;
  }

  /** Where a member listens; those at the same place in their sets have the same ports. */
  static String host(int member) {
    return "127.0.0." + (1 + member / ReplicaGroup.MEMBERS);
  }

  /** What a member finds at the names, in the format of {@code /etc/hosts}. */
  static String hosts(int from, int members) {
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
    for (int to = 0; to < members; to++) {
      String address = from == to ? host(to) : address(from, to);
      hosts.append(address).append(' ').append(name(to)).append('\n');
    }
    return hosts.toString();
  }

  /** The same where nothing is between the members. */
  static String directHosts(int members) {
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
    for (int to = 0; to < members; to++) {
      hosts.append(host(to)).append(' ').append(name(to)).append('\n');
    }
    return hosts.toString();
  }

  private static String address(int from, int to) {
    return "127.1.%d.%d".formatted(from, to + 1);
  }

  /** Has a member reach a port of another one. */
  synchronized void open(int from, int to, int port) throws IOException {
    ServerSocket listening = new ServerSocket(port, 0, InetAddress.getByName(address(from, to)));
    ports.add(listening);
    opened.add(new Direction(from, to));
    Thread.ofVirtual().start(() -> accept(listening, new Direction(from, to), port));
  }

  /** The members that a member reaches, also those of other sets. */
  synchronized List<Integer> reachedFrom(int member) {
    return opened.stream()
        .filter(direction -> direction.from() == member)
        .map(Direction::to)
        .sorted()
        .toList();
  }

  private void accept(ServerSocket listening, Direction opened, int port) {
    while (!listening.isClosed()) {
      try {
        Socket near = listening.accept();
        Thread.ofVirtual().start(() -> carry(near, opened, port));
      } catch (IOException e) {
        // Closed, or out of descriptors: the members try again.
      }
    }
  }

  private void carry(Socket near, Direction opened, int port) {
    Socket far = new Socket();
    Carried connection = new Carried(opened, near, far);
    try {
      if (!add(connection)) {
        return;
      }
      far.connect(new InetSocketAddress(host(opened.to()), port), CONNECT_TIMEOUT_MILLIS);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      Thread.ofVirtual()
          .start(() -> pump(connection, far, near, new Direction(opened.to(), opened.from())));
      pump(connection, near, far, opened);
    } catch (IOException e) {
      // The other member is not there: the connection ends, as the caller's would.
    } finally {
      remove(connection);
    }
  }

  private void pump(Carried connection, Socket source, Socket sink, Direction direction) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = source.getInputStream();
      OutputStream out = sink.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitHearing(direction);
        awaitArrival(direction);
        out.write(buffer, 0, read);
      }
      // The end of a connection is not heard either.
      awaitHearing(direction);
    } catch (IOException e) {
      // One of the two ends is gone.
    } finally {
      remove(connection);
    }
  }

  private synchronized void awaitHearing(Direction direction) throws IOException {
    while (silent.contains(direction) && !closed) {
      waitFor(Long.MAX_VALUE);
    }
  }

  /** What is written next waits behind it, as in a connection. */
  private synchronized void awaitArrival(Direction direction) throws IOException {
    BadLink link = bad.get(direction);
    if (link == null) {
      return;
    }
    long end = System.nanoTime() + link.nextWait().toNanos();
    while (bad.get(direction) == link && !closed) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return;
      }
      waitFor(left);
    }
  }

  private synchronized void waitFor(long nanos) throws IOException {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Returns whether the connection is carried; otherwise it is closed. */
  private synchronized boolean add(Carried connection) {
    if (closed || refused.contains(connection.opened())) {
      connection.close();
      return false;
    }
    connections.add(connection);
    return true;
  }

  private synchronized void remove(Carried connection) {
    connections.remove(connection);
    connection.close();
  }

  /** Holds back what one member says to another until {@link #heal}, as packets that are lost. */
  synchronized void silence(int from, int to) {
    silent.add(new Direction(from, to));
  }

  /** Has what one member says to another come late until {@link #heal}. */
  synchronized void worsen(int from, int to, BadLink link) {
    bad.put(new Direction(from, to), link);
  }

  /** Closes the connections that a member has opened to another, and those that it will open. */
  synchronized void refuse(int from, int to) {
    Direction opened = new Direction(from, to);
    refused.add(opened);
    connections.stream()
        .filter(connection -> connection.opened().equals(opened))
        .forEach(Carried::close);
  }

  /** Lets everything through again. */
  synchronized void heal() {
    silent.clear();
    refused.clear();
    bad.clear();
    notifyAll();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    notifyAll();
    for (ServerSocket port : ports) {
      port.close();
    }
    connections.forEach(Carried::close);
  }
}

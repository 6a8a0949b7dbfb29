// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server in a process of its own, started as a user starts it: the packaged application with the
 * flags that ship with it, configured by environment variables, observed from outside only.
 *
 * <p>System properties: {@code millrace.app} (the runnable jar), {@code millrace.jvm.options} (the
 * flags).
 */
public final class MillraceProcess implements AutoCloseable {
  /** Limit for a start or a stop; a start replays what the last stop left in the log. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** What a process prints when it serves; the group is its Kinesis port. */
  private static final Pattern LISTENING =
      Pattern.compile(
          "millrace: (?:listening on http://[^ ]+:|shard pod on [^ ]+, Kinesis port )([0-9]+)[ ,].*");

  /** Above these, a process that is down may find its port taken by a client's connection. */
  private static final int LOWEST_PORT = 12_000;

  private static final int PORTS = 15_000;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 100 % PORTS));

  private final Process process;
  private final Path data;
  private final List<String> output = Collections.synchronizedList(new ArrayList<>());
  private final Thread reader;

  private MillraceProcess(Process process, Path data) {
    this.process = process;
    this.data = data;
    this.reader = Thread.ofVirtual().start(this::readOutput);
    // A test JVM that is interrupted must not leave servers running.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** A process to be started with this data folder. */
  public static Start in(Path data) {
    return new Start(
        data,
        Map.of("MILLRACE_PORT", "0", "MILLRACE_HEALTH_PORT", "0", "MILLRACE_INSTANT", "true"));
  }

  /** A free port of the loopback address. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A free port for a process that is started again at the same one. */
  public static int lastingPort() {
    for (int tried = 0; tried < PORTS; tried++) {
      int port = LOWEST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Another process has it.
      }
    }
    throw new AssertionError("no port is free");
  }

  /**
   * A process to be started.
   *
   * @param data folder of everything that is kept
   * @param settings environment variables
   */
  public record Start(Path data, Map<String, String> settings) {
    public Start {
      settings = Map.copyOf(settings);
    }

    /** The same with one more environment variable. */
    public Start with(String variable, String value) {
      return with(Map.of(variable, value));
    }

    /** The same with more environment variables. */
    public Start with(Map<String, String> variables) {
      Map<String, String> more = new LinkedHashMap<>(settings);
      more.putAll(variables);
      return new Start(data, more);
    }

    /** Starts the process and waits until it listens. */
    public MillraceProcess start() throws IOException {
      MillraceProcess started = launch();
      Eventually.found(
          "the server listens or ends",
          TIMEOUT,
          () ->
              started.port().isPresent() || !started.process.isAlive()
                  ? java.util.Optional.of(started)
                  : java.util.Optional.empty());
      if (started.port().isEmpty()) {
        started.awaitExit();
        throw new AssertionError("the server ended before it listened: " + started.output());
      }
      return started;
    }

    /** Starts a process that is expected to fail, and waits until it has ended. */
    MillraceProcess startThatFails() throws IOException {
      MillraceProcess started = launch();
      Eventually.holds(
          "the server refuses to start, it printed " + started.output(),
          TIMEOUT,
          () -> !started.process.isAlive());
      started.awaitExit();
      return started;
    }

    private MillraceProcess launch() throws IOException {
      Path app =
          Path.of(
              System.getProperty(
                  "millrace.app", "../dataplane/server/target/quarkus-app/quarkus-run.jar"));
      if (!Files.exists(app)) {
        throw new AssertionError(
            app.toAbsolutePath().normalize() + " is not there: run `make build` first");
      }
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "@"
                      + System.getProperty(
                          "millrace.jvm.options", "../dataplane/server/src/main/dist/jvm.options"),
                  "-jar",
                  app.toString())
              .redirectErrorStream(true);
      builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
      builder.environment().put("MILLRACE_DATA", data.toString());
      builder.environment().putAll(settings);
      return new MillraceProcess(builder.start(), data);
    }
  }

  private void readOutput() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      output.add("(output ended: " + e + ")");
    }
  }

  private OptionalInt port() {
    return output().stream()
        .map(LISTENING::matcher)
        .filter(Matcher::matches)
        .mapToInt(match -> Integer.parseInt(match.group(1)))
        .findFirst();
  }

  /** The data folder. */
  Path data() {
    return data;
  }

  /** The Kinesis port. */
  int kinesisPort() {
    return port().orElseThrow();
  }

  /** The endpoint in clear text. */
  public URI http() {
    return URI.create("http://127.0.0.1:" + kinesisPort());
  }

  /** The same port over TLS. */
  URI https() {
    return URI.create("https://localhost:" + kinesisPort());
  }

  /** The certificate that TLS clients trust. */
  Path certificate() {
    return data.resolve("tls").resolve("certificate.pem");
  }

  /** The lines printed so far to standard output and standard error. */
  public List<String> output() {
    synchronized (output) {
      return List.copyOf(output);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The id of the process. */
  public long pid() {
    return process.pid();
  }

  /** Resident memory in MiB. */
  public long residentMib() {
    return status("VmRSS:") / 1024;
  }

  /** The number of its threads. */
  public long threads() {
    return status("Threads:");
  }

  /** A number that Linux tells of the process. */
  private long status(String line) {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(found -> found.startsWith(line))
          .mapToLong(found -> Long.parseLong(found.replaceAll("[^0-9]", "")))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops every thread of the process (SIGSTOP) until {@link #thaw}. */
  public void freeze() {
    signal("-STOP");
  }

  /** Lets a frozen process go on (SIGCONT). */
  public void thaw() {
    signal("-CONT");
  }

  /** By the shell's own {@code kill}: Java sends SIGTERM and SIGKILL only. */
  private void signal(String signal) {
    try {
      int status =
          new ProcessBuilder("sh", "-c", "kill " + signal + " " + process.pid())
              .inheritIO()
              .start()
              .waitFor();
      if (status != 0 && process.isAlive()) {
        throw new AssertionError("kill %s %d: status %d".formatted(signal, process.pid(), status));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends SIGKILL and waits for the end of the process. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /**
   * Sends SIGTERM; by Java's own method, what the process prints while it ends would be lost, since
   * that closes its output.
   */
  public void terminate() {
    signal("-TERM");
  }

  /** Sends SIGTERM and waits for the end of the process. */
  public int stop() {
    terminate();
    return awaitExit();
  }

  /** Waits for a process that ends by itself and returns its exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the server did not end within " + TIMEOUT + ": " + output());
      }
      reader.join(TIMEOUT);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Kills the process if it still runs. */
  @Override
  public void close() {
    kill();
  }
}

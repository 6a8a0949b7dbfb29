// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.MillraceProcess;
import dev.millrace.e2e.disk.FaultyDisk;
import dev.millrace.e2e.disk.FaultyDiskLibrary;
import dev.millrace.e2e.disk.PowerCut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group: a process with its own folder and ports, which may be down or frozen. One
 * thread at a time starts, ends and freezes it; any thread may ask it and send it documents.
 */
final class MemberProcess implements AutoCloseable {
  /** The exit status of a process that could lose a record if it went on. */
  private static final int HALTED = 70;

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path LOGS = Path.of("target", "replicas");

  private final int place;
  private final Path folder;
  private final MillraceProcess.Start start;
  private final HttpClient http;
  private final MemberPorts ports;
  private final Path log;
  private final FaultyDisk faultyDisk;
  private volatile @Nullable MillraceProcess process;
  private volatile boolean isFrozen;
  private String disk = "";

  /**
   * A member that is down.
   *
   * @param place among all members, from 0
   * @param ports that no other member of its set has
   * @param folder of all, with {@code tls}, {@code token.key} and {@code hosts-N}
   * @param failing whether its disk can fail, if this machine can make it
   */
  MemberProcess(
      int place,
      MemberPorts ports,
      Path folder,
      HttpClient http,
      List<String> javaOptions,
      boolean failing)
      throws IOException {
    this.place = place;
    this.ports = ports;
    this.folder = folder.resolve("member-" + place);
    this.http = http;
    this.log = LOGS.resolve("%s-member-%d.log".formatted(folder.getFileName(), place));
    this.faultyDisk = new FaultyDisk(this.folder, folder.resolve("beside-member-" + place));
    this.start =
        MillraceProcess.in(this.folder.toRealPath())
            .with(
                failing && FaultyDiskLibrary.here().isThere() ? faultyDisk.environment() : Map.of())
            .with(
                "JAVA_TOOL_OPTIONS",
                "-Djdk.net.hosts.file=%s %s"
                    .formatted(hosts(folder, place), String.join(" ", javaOptions)))
            .with("MILLRACE_ROLE", "shard")
            .with("MILLRACE_NAMESPACE", "team")
            .with("MILLRACE_HOST", MemberLinks.host(place))
            .with("MILLRACE_PORT", Integer.toString(ports.kinesis()))
            .with("MILLRACE_RPC_PORT", Integer.toString(ports.rpc()))
            .with("MILLRACE_RAFT_TLS", folder.resolve("tls").toString())
            .with("MILLRACE_TOKEN_KEY", folder.resolve("token.key").toString());
  }

  /** Where it finds the others. */
  static Path hosts(Path folder, int place) {
    return folder.resolve("hosts-" + place);
  }

  /** Its disk is gone while it is down; the next start finds an empty one. */
  void loseDisk() throws IOException {
    assertThat(process).as("process of %s", this).isNull();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    faultyDisk.forgetWrites();
  }

  /** Its disk and its clock, which fail when they are told to. */
  FaultyDisk faultyDisk() {
    return faultyDisk;
  }

  /** The power goes while it is down: what it did not fsync is lost. */
  PowerCut.Loss losePower(PowerCut.Survivors survivors, SplittableRandom random) {
    assertThat(process).as("process of %s", this).isNull();
    try {
      return faultyDisk.cutPower(survivors, random);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The segment of its log that it wrote to last. */
  Path openSegment() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("raft"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log_inprogress_"))
          .findFirst()
          .orElseThrow(() -> new AssertionError(this + " has no open segment"));
    }
  }

  int place() {
    return place;
  }

  MemberPorts ports() {
    return ports;
  }

  /** The id of its disk, once it was started. */
  String disk() {
    return disk;
  }

  /** Its Kinesis port. */
  URI endpoint() {
    return URI.create("http://%s:%d".formatted(MemberLinks.host(place), ports.kinesis()));
  }

  /** Starts the process and waits until it serves; what it has to replay comes first. */
  void start() {
    assertThat(process).as("process of %s", this).isNull();
    try {
      process = start.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JsonNode report = Eventually.found(this + " reports", START_TIMEOUT, this::report);
    disk = report.path("disk").asText();
  }

  private MillraceProcess process() {
    return Optional.ofNullable(process)
        .orElseThrow(() -> new IllegalStateException(this + " is down"));
  }

  /** The id of its process. */
  long pid() {
    return process().pid();
  }

  /** Resident memory in MiB. */
  long residentMib() {
    return process().residentMib();
  }

  /** The number of its threads. */
  long threads() {
    return process().threads();
  }

  /** Whether the test has started it and not ended it. */
  boolean isUp() {
    return process != null;
  }

  /** Whether it was frozen and not thawed. */
  boolean isFrozen() {
    return isFrozen;
  }

  /** SIGKILL. */
  void kill() {
    process().kill();
    ended();
  }

  /** SIGTERM; it must end without complaint. */
  void stop() {
    int status = process().stop();
    assertThat(status).as("exit status of %s after SIGTERM", this).isIn(0, 143);
    ended();
  }

  /** SIGTERM, without waiting for the end. */
  void terminate() {
    process().terminate();
  }

  /** SIGSTOP. */
  void freeze() {
    process().freeze();
    isFrozen = true;
  }

  /** SIGCONT. */
  void thaw() {
    process().thaw();
    isFrozen = false;
  }

  /** Whether the process has ended by itself. */
  boolean hasEnded() {
    return !process().isAlive();
  }

  /** The process has ended by itself, as it may after it was frozen for long. */
  void acceptHalt() {
    int status = process().awaitExit();
    assertThat(status).as("exit status of %s: %s", this, process().output()).isEqualTo(HALTED);
    ended();
  }

  /** Fails if the process has ended by itself. */
  void assertAlive() {
    if (process != null && hasEnded()) {
      int status = process().awaitExit();
      String printed = String.join("\n", process().output());
      ended();
      throw new AssertionError("%s ended with status %d:%n%s".formatted(this, status, printed));
    }
  }

  private void ended() {
    try {
      Files.createDirectories(LOGS);
      Files.write(log, process().output(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process = null;
    isFrozen = false;
  }

  /** What it reports of itself; empty if it does not answer. */
  Optional<JsonNode> report() {
    try {
      HttpResponse<byte[]> answer =
          http.send(request("/admin/report").GET().build(), BodyHandlers.ofByteArray());
      return answer.statusCode() == 200
          ? Optional.of(JSON.readTree(answer.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends it a document of the operator; returns why it was not accepted. */
  Optional<String> put(String path, Object document) {
    return send("PUT", path, document);
  }

  /** The same for a document that asks for something to be done. */
  Optional<String> post(String path, Object document) {
    return send("POST", path, document);
  }

  private Optional<String> send(String method, String path, Object document) {
    try {
      HttpResponse<String> answer =
          http.send(
              request(path)
                  .header("Content-Type", "application/json")
                  .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(document)))
                  .build(),
              BodyHandlers.ofString());
      return answer.statusCode() == 200 || answer.statusCode() == 204
          ? Optional.empty()
          : Optional.of(answer.statusCode() + " " + answer.body());
    } catch (IOException e) {
      return Optional.of(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://%s:%d%s".formatted(MemberLinks.host(place), ports.rpc(), path)))
        .timeout(CALL_TIMEOUT);
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }

  @Override
  public String toString() {
    return "member " + place;
  }
}

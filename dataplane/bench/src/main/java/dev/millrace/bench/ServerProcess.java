// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A server in its own process, started with the JVM options of the release. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Path data;
  private final int port;
  private final long startMillis;

  private ServerProcess(Process process, Path data, int port, long startMillis) {
    this.process = process;
    this.data = data;
    this.port = port;
    this.startMillis = startMillis;
  }

  static ServerProcess millrace() throws IOException {
    return millrace(Map.of());
  }

  /** The server with more settings. */
  static ServerProcess millrace(Map<String, String> settings) throws IOException {
    return start(List.of("-jar", System.getenv("BENCH_APP")), settings);
  }

  static ServerProcess echo() throws IOException {
    return start(List.of("-cp", System.getenv("BENCH_CLASSPATH"), Echo.class.getName()), Map.of());
  }

  private static ServerProcess start(List<String> what, Map<String, String> settings)
      throws IOException {
    Path data = Files.createTempDirectory(Path.of("").toAbsolutePath(), "bench-data-");
    List<String> command =
        Stream.concat(
                Stream.of(System.getenv("BENCH_JAVA"), "@" + System.getenv("BENCH_OPTIONS")),
                what.stream())
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("MILLRACE_DATA", data.toString());
    builder.environment().put("MILLRACE_PORT", "0");
    builder.environment().put("MILLRACE_HEALTH_PORT", "0");
    builder.environment().put("MILLRACE_INSTANT", "true");
    builder.environment().putAll(settings);
    long begun = System.nanoTime();
    Process process = builder.start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.contains("listening on http://")) {
        String port = line.replaceAll(".*http://[^:]*:([0-9]+).*", "$1");
        long startMillis = (System.nanoTime() - begun) / 1_000_000;
        return new ServerProcess(process, data, Integer.parseInt(port), startMillis);
      }
    }
    throw new IOException(command + " ended before it listened");
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  Path data() {
    return data;
  }

  /** From the start of the JVM to the listening line. */
  long startMillis() {
    return startMillis;
  }

  /** The CPU time that it has used. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Resident memory in MiB, from /proc. */
  double residentMib() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .sum();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().join();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.rpc.AdminResult;
import dev.millrace.server.rpc.RemoteLeader;
import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the hop from a gateway to a shard pod costs, and what a shard pod costs that is asked
 * directly: the same calls to one process, to a front before a pod and to the pod itself, each in a
 * process of its own, in turns within one run. It is no test and its name keeps it out of test
 * runs; {@code make bench BENCH=gateway} runs it.
 *
 * <p>The front is the gateway without Kubernetes: its streams and routes are fixed. The system
 * property {@code millrace.bench.before} may hold the class path of another build, whose front and
 * pod are measured in the same run.
 */
final class GatewayBenchmark {
  /** By calls, not by time: on a busy machine compilers need long. */
  private static final int WARM_UP_CALLS = Integer.getInteger("millrace.bench.warmUpCalls", 60_000);

  private static final Duration TIME =
      Duration.ofSeconds(Long.getLong("millrace.bench.seconds", 5));
  private static final int ROUNDS = Integer.getInteger("millrace.bench.rounds", 3);
  private static final int REQUESTS = 32;
  private static final Path OPTIONS = Path.of("src/main/dist/jvm.options");

  /** A stream of the benchmark: each has a pod of its own. */
  private enum Benched {
    ONE(1),
    FOUR(4);

    private final int shards;

    Benched(int shards) {
      this.shards = shards;
    }

    StreamDefinition definition() {
      return StreamDefinition.creating(
              new StreamName(name().toLowerCase(Locale.ROOT)),
              new StreamId(shards),
              1_700_000_000L,
              StreamSettings.of(StreamMode.PROVISIONED),
              shards)
          .withStatus(StreamStatus.ACTIVE);
    }
  }

  /** A workload: what is sent, by how many connections. */
  private record Work(
      String title, Benched stream, int connections, int perCall, List<byte[]> requests) {}

  /** What is asked; a shard pod has a port for its stream only. */
  private record Endpoint(String name, Map<Benched, Integer> ports) {
    int port(Work work) {
      return Optional.ofNullable(ports.get(work.stream())).orElseThrow();
    }
  }

  @Test
  void measure() throws Exception {
    main(new String[0]);
  }

  /**
   * Measures; or, with arguments, is one of the processes that are measured.
   *
   * @param arguments none; {@code standalone}; {@code pod} and a stream's name; {@code front} and
   *     the ports of the pods
   */
  public static void main(String[] arguments) throws Exception {
    String role = arguments.length == 0 ? "measure" : arguments[0];
    if (arguments.length > 0) {
      // Its other threads would keep a process that failed to start.
      Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> HALT.halt("failed", failure));
    }
    switch (role) {
      case "measure" -> measureAll();
      case "standalone" -> standalone();
      case "pod" -> pod(Benched.valueOf(arguments[1]));
      case "front" -> front(Arrays.copyOfRange(arguments, 1, arguments.length));
      default -> throw new IllegalArgumentException(role);
    }
  }

  private static void measureAll() throws Exception {
    Random random = new Random(1);
    List<Work> works =
        List.of(
            new Work(
                "PutRecord 1 KiB, 64 connections",
                Benched.ONE,
                64,
                1,
                requests(() -> putRecord(random))),
            new Work(
                "PutRecord 1 KiB, 8 connections",
                Benched.ONE,
                8,
                4,
                requests(() -> putRecord(random))),
            new Work(
                "PutRecords 500 x 1 KiB, 4 connections",
                Benched.FOUR,
                4,
                100,
                requests(() -> putRecords(random))));
    String now =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String before = System.getProperty("millrace.bench.before", "");
    try (Processes processes = new Processes()) {
      List<Endpoint> endpoints = new ArrayList<>();
      endpoints.add(single("one process", processes.start(now, "standalone").getFirst()));
      if (!before.isEmpty()) {
        endpoints.add(single("before", front(processes, before, pods(processes, before))));
      }
      Map<Benched, List<Integer>> pods = pods(processes, now);
      endpoints.add(single("gateway", front(processes, now, pods)));
      Map<Benched, Integer> direct = new EnumMap<>(Benched.class);
      pods.forEach((stream, ports) -> direct.put(stream, ports.getLast()));
      endpoints.add(new Endpoint("shard pod", direct));
      for (Work work : works) {
        int warmUp = WARM_UP_CALLS / work.perCall();
        for (Endpoint endpoint : endpoints) {
          for (int done = 0; done < warmUp; ) {
            done += calls(endpoint.port(work), work, TIME).length;
          }
        }
        double[][] perSecond = new double[endpoints.size()][ROUNDS];
        double[][] cpuMicros = new double[endpoints.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
          for (int i = 0; i < endpoints.size(); i++) {
            double cpu = processes.cpuSeconds();
            long[] nanos = calls(endpoints.get(i).port(work), work, TIME);
            perSecond[i][round] = nanos.length / (double) TIME.toSeconds();
            cpuMicros[i][round] = (processes.cpuSeconds() - cpu) * 1e6 / nanos.length;
          }
        }
        for (int i = 0; i < endpoints.size(); i++) {
          System.out.printf(
              "%-38s %-12s %8.0f calls/s (%s)  %.2f of one process  %6.0f us of CPU a call%n",
              work.title(),
              endpoints.get(i).name(),
              median(perSecond[i]),
              Arrays.toString(Arrays.stream(perSecond[i]).mapToLong(Math::round).toArray()),
              median(perSecond[i]) / median(perSecond[0]),
              median(cpuMicros[i]));
        }
      }
    }
  }

  private static Endpoint single(String name, int port) {
    Map<Benched, Integer> ports = new EnumMap<>(Benched.class);
    for (Benched stream : Benched.values()) {
      ports.put(stream, port);
    }
    return new Endpoint(name, ports);
  }

  /** A pod for each stream; its internal port comes first, its Kinesis port last. */
  private static Map<Benched, List<Integer>> pods(Processes processes, String classPath)
      throws IOException {
    Map<Benched, List<Integer>> pods = new EnumMap<>(Benched.class);
    for (Benched stream : Benched.values()) {
      pods.put(stream, processes.start(classPath, "pod", stream.name()));
    }
    return pods;
  }

  private static int front(Processes processes, String classPath, Map<Benched, List<Integer>> pods)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("front"));
    pods.values().forEach(ports -> arguments.add(String.valueOf(ports.getFirst())));
    return processes.start(classPath, arguments.toArray(String[]::new)).getFirst();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  // The load.

  private static List<byte[]> requests(Supplier<byte[]> make) {
    return IntStream.range(0, REQUESTS).mapToObj(i -> make.get()).toList();
  }

  private static byte[] putRecord(Random random) {
    return request("PutRecord", "{\"StreamName\":\"one\"," + record(random).substring(1));
  }

  private static byte[] putRecords(Random random) {
    StringBuilder body = new StringBuilder("{\"StreamName\":\"four\",\"Records\":[");
    for (int i = 0; i < 500; i++) {
      body.append(i == 0 ? "" : ",").append(record(random));
    }
    return request("PutRecords", body.append("]}").toString());
  }

  private static String record(Random random) {
    byte[] data = new byte[1024];
    random.nextBytes(data);
    return "{\"Data\":\"%s\",\"PartitionKey\":\"key-%d\"}"
        .formatted(Base64.getEncoder().encodeToString(data), random.nextInt(1_000_000));
  }

  private static byte[] request(String operation, String body) {
    return ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n"
            + "X-Amz-Target: Kinesis_20131202.%s\r\nContent-Length: %d\r\n\r\n%s")
        .formatted(operation, body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The time of each call, nanoseconds. */
  private static long[] calls(int port, Work work, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return IntStream.range(0, work.connections())
        .mapToObj(
            client ->
                CompletableFuture.supplyAsync(
                    () -> calls(port, work.requests(), client, end),
                    task -> Thread.ofPlatform().start(task)))
        .toList()
        .stream()
        .map(CompletableFuture::join)
        .flatMapToLong(Arrays::stream)
        .toArray();
  }

  private static long[] calls(int port, List<byte[]> requests, int client, long end) {
    LongStream.Builder nanos = LongStream.builder();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 256 << 10);
      long now = System.nanoTime();
      for (int n = client; now < end; n++) {
        socket.getOutputStream().write(requests.get(n % requests.size()));
        boolean done = answer(in);
        long after = System.nanoTime();
        if (done) {
          nanos.add(after - now);
        }
        now = after;
      }
    } catch (IOException e) {
      throw new IllegalStateException("client " + client, e);
    }
    return nanos.build().toArray();
  }

  /** False for an answer that an SDK takes as a reason to call again. */
  private static boolean answer(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    boolean done = status.startsWith("HTTP/1.1 200") && !body.contains("ErrorMessage");
    if (!done && !status.startsWith("HTTP/1.1 50")) {
      throw new IOException(status + ": " + body);
    }
    return done;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** The processes that are measured. */
  private static final class Processes implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;

    private final List<Process> running = new ArrayList<>();
    private final Path data =
        Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bench-data-");

    Processes() throws IOException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(Process::destroy)));
    }

    /** Starts one, and returns its ports. */
    List<Integer> start(String classPath, String... arguments) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("@" + OPTIONS.toAbsolutePath());
      String more = System.getProperty("millrace.bench.options", "");
      if (!more.isEmpty()) {
        command.addAll(List.of(more.replace("{}", arguments[0] + "-" + running.size()).split(" ")));
      }
      command.addAll(List.of("-cp", classPath, GatewayBenchmark.class.getName()));
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .directory(Files.createDirectory(data.resolve("p" + running.size())).toFile())
              .start();
      running.add(process);
      BufferedReader out = process.inputReader();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("port ")) {
          return Stream.of(line.substring(5).split(" ", -1)).map(Integer::valueOf).toList();
        }
      }
      throw new IOException(command + " ended before it listened");
    }

    /** CPU of all of them, without what their compilers took. From /proc. */
    double cpuSeconds() throws IOException {
      double seconds = 0;
      for (Process process : running) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
          for (Path thread : threads.toList()) {
            seconds += cpuSeconds(thread);
          }
        }
      }
      return seconds;
    }

    private static double cpuSeconds(Path thread) throws IOException {
      if (!Files.exists(thread) || Files.readString(thread.resolve("comm")).contains("Compiler")) {
        return 0;
      }
      String stat = Files.readString(thread.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    @Override
    public void close() throws IOException {
      running.forEach(Process::destroy);
      running.forEach(process -> process.onExit().join());
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  // The processes.

  private static final Halt HALT =
      (why, cause) -> {
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
      };

  private static ServerSettings settings(String role) {
    return ServerSettings.of(
        Map.of(
            "MILLRACE_ROLE", role,
            "MILLRACE_NAMESPACE", "bench",
            "MILLRACE_PORT", "0",
            "MILLRACE_RPC_PORT", "0",
            "MILLRACE_INSTANT", "true",
            "MILLRACE_DATA", Path.of("data").toAbsolutePath().toString()));
  }

  private static void listening(int... ports) throws InterruptedException {
    System.out.println(
        IntStream.of(ports)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(" ", "port ", "")));
    Thread.currentThread().join();
  }

  private static void standalone() throws Exception {
    Standalone standalone =
        new Standalone(
            settings("standalone"),
            Vertx.vertx(),
            Clocks.system(),
            new SecureRandom(),
            ProcessLimits.current(),
            HALT);
    for (Benched stream : Benched.values()) {
      String name = stream.definition().name().text();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), standalone.port())) {
        socket
            .getOutputStream()
            .write(
                request(
                    "CreateStream",
                    "{\"StreamName\":\"%s\",\"ShardCount\":%d}".formatted(name, stream.shards)));
        answer(new BufferedInputStream(socket.getInputStream()));
      }
    }
    listening(standalone.port());
  }

  private static void pod(Benched stream) throws Exception {
    ShardPod pod =
        new ShardPod(settings("shard"), Vertx.vertx(), Clocks.system(), new SecureRandom(), HALT);
    StreamDefinition definition = stream.definition();
    accomplished(
        pod.admin(0)
            .form(new GroupFormation(pod.admin(0).report().disk(), UUID.randomUUID().toString())));
    accomplished(
        pod.admin(0)
            .assign(TestingShardPod.assignment(definition.id(), "none", definition.shards())));
    accomplished(
        pod.admin(0)
            .publish(TestingShardPod.publication(definition, "1", 1, shard -> "127.0.0.1:1")));
    listening(pod.port(0), pod.kinesisPort().orElseThrow());
  }

  private static void accomplished(CompletionStage<AdminResult> stage) {
    AdminResult result = stage.toCompletableFuture().join();
    if (!(result instanceof AdminResult.Accomplished)) {
      throw new IllegalStateException(result.toString());
    }
  }

  private static void front(String[] podPorts) throws Exception {
    SortedMap<StreamName, CatalogueEntry> streams = new TreeMap<>();
    for (Benched stream : Benched.values()) {
      streams.put(stream.definition().name(), new CatalogueEntry(stream.definition(), 1));
    }
    Vertx vertx = Vertx.vertx();
    Path folder = Files.createDirectories(Path.of("data"));
    KinesisFront front =
        new KinesisFront(
            settings("standalone"),
            vertx,
            "000000000000",
            folder,
            Clocks.system(),
            new SecureRandom());
    RemoteLeader leader =
        new RemoteLeader(
            vertx,
            shard ->
                List.of(
                    "127.0.0.1:" + podPorts[shard.stream().bits() == Benched.ONE.shards ? 0 : 1]),
            new ReadPool(2, 100),
            System::nanoTime,
            Optional.empty());
    listening(
        front
            .listen(
                new CloseableStack(),
                front.tls(),
                new FrontParts(
                    new FixedStreams(Collections.unmodifiableSortedMap(streams)),
                    leader,
                    new ControlPlane.Elsewhere("nobody")))
            .port());
  }

  /** Streams that nobody changes. */
  private record FixedStreams(SortedMap<StreamName, CatalogueEntry> streams)
      implements StreamCatalogue {
    @Override
    public CompletionStage<Outcome> create(StreamDefinition definition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome> replace(
        StreamName name, long expectedRevision, Optional<StreamDefinition> definition) {
      throw new UnsupportedOperationException();
    }
  }
}

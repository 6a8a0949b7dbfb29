// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.MillraceProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * What three replicas cost on one machine: the same calls to one process and to the member that
 * leads a group of three, in turns within one run, beside raw fsyncs. It is no test and its name
 * keeps it out of test runs; {@code make bench BENCH=replicas} runs it.
 */
final class ReplicaBenchmark {
  private static final Duration FSYNCS = Duration.ofSeconds(5);
  private static final int BLOCK_BYTES = 4096;

  @TempDir private Path folder;

  @Test
  void threeReplicasBesideOne() throws Exception {
    List<GroupStream> streams =
        List.of(
            GroupStream.of("one", "0000000000000001", 1, List.of()),
            GroupStream.of("four", "0000000000000004", 4, List.of()));
    System.out.printf("raw write of 4 KiB and fdatasync: p50 %.3f ms%n", fsyncMillis());
    try (MillraceProcess alone =
            MillraceProcess.in(folder.resolve("alone"))
                .with("MILLRACE_PORT", "0")
                .with("MILLRACE_INSTANT", "true")
                .start();
        ReplicaGroup group = ReplicaGroup.released(folder, streams)) {
      try (KinesisClient kinesis = TipReader.clientOf(alone.http())) {
        for (GroupStream stream : streams) {
          kinesis.createStream(
              create -> create.streamName(stream.name()).shardCount(stream.shards().size()));
        }
      }
      MemberProcess leader = group.leader();
      compare(
          "one=%s#%d".formatted(alone.http(), alone.pid()),
          "three=%s#%s".formatted(address(leader), pids(group)));
      System.out.printf("raw write of 4 KiB and fdatasync: p50 %.3f ms%n", fsyncMillis());
      System.out.printf(
          "resident MiB: one %d, three %s, the leader first%n",
          alone.residentMib(),
          LongStream.concat(
                  LongStream.of(leader.residentMib()),
                  group.followers().stream().mapToLong(MemberProcess::residentMib))
              .boxed()
              .toList());
      assertThat(group.leader()).as("whoever led at first").isEqualTo(leader);
    }
  }

  private static URI address(MemberProcess member) {
    return member.endpoint();
  }

  private static String pids(ReplicaGroup group) {
    return group.members().stream()
        .map(member -> Long.toString(member.pid()))
        .collect(Collectors.joining(","));
  }

  /** In a process of its own, as in the other benchmarks. */
  private static void compare(String... endpoints) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("millrace.bench.classpath"),
                "dev.millrace.bench.Endpoints"));
    command.addAll(List.of(endpoints));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(System.out::println);
    }
    assertThat(process.waitFor()).isZero();
  }

  private double fsyncMillis() throws IOException {
    List<Long> nanos = new ArrayList<>();
    try (FileChannel out =
        FileChannel.open(
            folder.resolve("fsync"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
      long end = System.nanoTime() + FSYNCS.toNanos();
      for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
        out.write(block.clear());
        out.force(false);
        nanos.add(System.nanoTime() - now);
      }
    }
    return nanos.stream().sorted().toList().get(nanos.size() / 2) / 1e6;
  }
}

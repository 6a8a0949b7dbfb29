// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Which files and folders are fsynced, as the JDK records it: no code under test takes part. */
final class Fsyncs {
  private static final String EVENT = "jdk.FileForce";

  private Fsyncs() {}

  /** Something of which the fsyncs are asked. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** What was fsynced while work ran, by all threads, in the order in which it began. */
  static List<Path> during(Work work) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable(EVENT).withoutThreshold().withoutStackTrace();
      recording.start();
      work.run();
      recording.stop();
      return paths(recording);
    }
  }

  private static List<Path> paths(Recording recording) throws IOException {
    Path file = Files.createTempFile("fsyncs", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals(EVENT))
          .sorted((a, b) -> a.getStartTime().compareTo(b.getStartTime()))
          .map((RecordedEvent event) -> Path.of(event.getString("path")))
          .toList();
    } finally {
      Files.delete(file);
    }
  }
}

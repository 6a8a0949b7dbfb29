// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the programs that a user would run: kubectl, helm, docker, bash. */
final class Program {
  /** Longer than the longest `--timeout` that is given to any of them. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private Program() {}

  /** The outcome of a program: exit code, standard output and standard error. */
  record ProgramResult(List<String> command, int exit, String out, String err) {
    /** Returns the standard output; fails unless the exit code is 0. */
    String succeeded() {
      if (exit != 0) {
        throw new AssertionError(
            "%s ended with %d: %s%s".formatted(String.join(" ", command), exit, out, err));
      }
      return out;
    }
  }

  /** Runs a program, with its standard input as given, to its end. */
  static ProgramResult run(Map<String, String> environment, String input, List<String> command) {
    try {
      // Files, not pipes, which would have to be drained while the program runs.
      Path in = Files.createTempFile("millrace-e2e-", ".in");
      Path out = Files.createTempFile("millrace-e2e-", ".out");
      Path err = Files.createTempFile("millrace-e2e-", ".err");
      try {
        Files.writeString(in, input);
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(command + " did not end within " + TIMEOUT);
        }
        return new ProgramResult(
            command,
            process.exitValue(),
            Files.readString(out, StandardCharsets.UTF_8),
            Files.readString(err, StandardCharsets.UTF_8));
      } finally {
        Files.delete(in);
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(command.getFirst() + " cannot be run: is it on the PATH?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

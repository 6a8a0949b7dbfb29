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

/** Runs the programs that people run: kubectl, helm, docker, bash. */
final class Program {
  /** Longer than the longest `--timeout` that is given to any of them. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private Program() {}

  /**
   * What a program did.
   *
   * @param exit its exit code
   * @param out its standard output
   * @param err its standard error
   */
  record Result(List<String> command, int exit, String out, String err) {
    /** Its standard output, if it succeeded. */
    String succeeded() {
      if (exit != 0) {
        throw new AssertionError(
            "%s ended with %d: %s%s".formatted(String.join(" ", command), exit, out, err));
      }
      return out;
    }
  }

  /** Runs a program with a text on its standard input. */
  static Result run(Map<String, String> environment, String input, List<String> command) {
    try {
      // Files, not pipes: nobody has to drain them while the program runs.
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
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(command + " did not end within " + PATIENCE);
        }
        return new Result(
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

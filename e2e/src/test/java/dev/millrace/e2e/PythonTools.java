// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands as a user types them, with boto3 and the AWS CLI of the virtual environment that
 * {@code make test} builds from {@code requirements.txt}.
 *
 * <p>Its folder: system property {@code millrace.venv}, else environment variable {@code
 * MILLRACE_E2E_VENV}, else {@code .venv} at the root of the repository.
 */
final class PythonTools {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Map<String, String> environment;

  private PythonTools(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The outcome of a command.
   *
   * @param exit its exit code
   * @param out its standard output, then its standard error
   */
  record ScriptResult(int exit, String out) {}

  /** Tools that call an endpoint with these credentials. */
  static PythonTools at(URI endpoint, String accessKeyId, String secret) {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ENDPOINT_URL_KINESIS", endpoint.toString());
    environment.put("AWS_ENDPOINT_URL_STS", endpoint.toString());
    environment.put("AWS_ACCESS_KEY_ID", accessKeyId);
    environment.put("AWS_SECRET_ACCESS_KEY", secret);
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    environment.put("AWS_PAGER", "");
    environment.put("AWS_MAX_ATTEMPTS", "1");
    environment.put("AWS_CONFIG_FILE", "/dev/null");
    environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("PATH", folder().resolve("bin") + File.pathSeparator + System.getenv("PATH"));
    return new PythonTools(environment);
  }

  /** The same, trusting a certificate. */
  PythonTools trusting(Path certificate) {
    Map<String, String> more = new HashMap<>(environment);
    more.put("AWS_CA_BUNDLE", certificate.toString());
    return new PythonTools(more);
  }

  /** The folder of the virtual environment. */
  static Path folder() {
    String variable = System.getenv("MILLRACE_E2E_VENV");
    Path folder =
        Path.of(System.getProperty("millrace.venv", variable == null ? "../.venv" : variable))
            .toAbsolutePath()
            .normalize();
    if (!Files.isExecutable(folder.resolve("bin/aws"))) {
      throw new AssertionError(
          "boto3 and the AWS CLI are not in "
              + folder
              + ": run `make test`, which installs e2e/requirements.txt there");
    }
    return folder;
  }

  /** Runs a script of src/test/python, fails unless it succeeds, and returns its output. */
  String script(String name, String... arguments) {
    List<String> command = new ArrayList<>(List.of("python", "src/test/python/" + name));
    command.addAll(List.of(arguments));
    return succeeds(command);
  }

  /** Runs {@code aws kinesis ...}, fails unless it succeeds, and returns its output. */
  String kinesis(String... arguments) {
    return succeeds(aws(arguments));
  }

  /** Runs {@code aws kinesis ...}, which may fail. */
  ScriptResult tryKinesis(String... arguments) {
    return run(aws(arguments));
  }

  /** Runs lines of bash, fails at the first that fails, and returns their output. */
  String bash(String lines) {
    return succeeds(List.of("bash", "-euo", "pipefail", "-c", lines));
  }

  private static List<String> aws(String... arguments) {
    List<String> command = new ArrayList<>(List.of("aws", "kinesis"));
    command.addAll(List.of(arguments));
    return command;
  }

  private String succeeds(List<String> command) {
    ScriptResult result = run(command);
    if (result.exit() != 0) {
      throw new AssertionError(command + " ended with " + result.exit() + ": " + result.out());
    }
    return result.out();
  }

  private ScriptResult run(List<String> command) {
    try {
      // A file, not a pipe, which would have to be drained while the command runs.
      Path out = Files.createTempFile("millrace-e2e-", ".out");
      try {
        List<String> found = new ArrayList<>(command);
        Path program = folder().resolve("bin").resolve(command.getFirst());
        if (Files.isExecutable(program)) {
          found.set(0, program.toString());
        }
        ProcessBuilder builder =
            new ProcessBuilder(found).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(command + " did not end within " + TIMEOUT);
        }
        return new ScriptResult(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
      } finally {
        Files.delete(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

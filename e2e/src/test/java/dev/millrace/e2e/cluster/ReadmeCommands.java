// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The commands in the README of an example, run by bash as a reader would run them: all blocks that
 * are marked {@code sh}, at the root of the repository, in the namespace of the installation. A
 * command that fails fails the test.
 */
final class ReadmeCommands {
  private static final String CLEAN_UP = "\n## Clean up\n";

  /** The Markdown of the README, or of a part of it. */
  private final String text;

  private ReadmeCommands(String text) {
    this.text = text;
  }

  /** The commands of an example, by the name of its folder. */
  static ReadmeCommands of(String example) {
    Path readme = Installation.REPOSITORY.resolve("examples").resolve(example).resolve("README.md");
    try {
      return new ReadmeCommands(Files.readString(readme));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The commands above the heading "Clean up". */
  ReadmeCommands beforeCleanUp() {
    return new ReadmeCommands(text.substring(0, cleanUpAt()));
  }

  /** The commands below the heading "Clean up". */
  ReadmeCommands cleanUp() {
    return new ReadmeCommands(text.substring(cleanUpAt()));
  }

  private int cleanUpAt() {
    int at = text.indexOf(CLEAN_UP);
    if (at < 0) {
      throw new AssertionError("the README has no section \"Clean up\"");
    }
    return at;
  }

  /** The same with a text replaced where a test differs from a reader; it must be there. */
  ReadmeCommands replacing(String target, String replacement) {
    if (!text.contains(target)) {
      throw new AssertionError("the README does not contain: " + target);
    }
    return new ReadmeCommands(text.replace(target, replacement));
  }

  /** The commands, one to a line. */
  String script() {
    return List.of(text.split("```", -1)).stream()
        .filter(block -> block.startsWith("sh\n"))
        .map(block -> block.substring("sh\n".length()))
        .collect(Collectors.joining());
  }

  /**
   * Runs the commands and returns what they printed, standard output and standard error together;
   * fails unless all succeed.
   */
  String run(Installation installation) {
    Map<String, String> environment = new HashMap<>(installation.environment());
    environment.put("PATH", tools() + File.pathSeparator + System.getenv("PATH"));
    environment.put("AWS_CONFIG_FILE", "/dev/null");
    environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    String root = Installation.REPOSITORY.toAbsolutePath().toString();
    return Program.run(
            environment,
            "",
            List.of(
                "bash",
                "-euo",
                "pipefail",
                "-c",
                "exec 2>&1; cd '%s'\n%s".formatted(root, script())))
        .succeeded();
  }

  /** The folder with the AWS CLI that {@code make e2e} has installed. */
  private static Path tools() {
    return Installation.REPOSITORY.resolve(".venv/bin").toAbsolutePath();
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prints the measurements of a run and writes them to {@code target/figures.txt}. */
final class Figures {
  private static final Path FILE = Path.of("target", "figures.txt");
  private static final List<String> LINES = new ArrayList<>();

  private Figures() {}

  /** Adds a measurement; the file holds those of one run. */
  static synchronized void add(String name, double value, String unit) {
    String line = "%-60s %10.1f %s".formatted(name, value, unit);
    LINES.add(line);
    System.out.println(line);
    try {
      Files.write(FILE, LINES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

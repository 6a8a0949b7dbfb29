// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * {@code faulty_disk.c}, compiled with this machine's C compiler.
 *
 * @param file the library; empty if it cannot be had
 * @param whyNot one line why it cannot be had, else empty
 */
public record FaultyDiskLibrary(Path file, String whyNot) {
  private static final Path SOURCE = Path.of("src", "test", "c", "faulty_disk.c");
  private static final Path FOLDER = Path.of("target", "faulty-disk");
  private static final FaultyDiskLibrary HERE = compile();

  /** The library of this machine. */
  public static FaultyDiskLibrary here() {
    return HERE;
  }

  /** Whether disks can fail here. */
  public boolean isThere() {
    return whyNot.isEmpty();
  }

  private static FaultyDiskLibrary compile() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return missing("it is for Linux");
    }
    try {
      Files.createDirectories(FOLDER);
      Path fresh = Files.createTempFile(FOLDER, "library", ".so");
      Process compiler =
          new ProcessBuilder(
                  List.of(
                      "cc",
                      "-O2",
                      "-shared",
                      "-fPIC",
                      "-o",
                      fresh.toString(),
                      SOURCE.toString(),
                      "-ldl",
                      "-lpthread"))
              .redirectErrorStream(true)
              .start();
      String printed = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (compiler.waitFor() != 0) {
        return missing("cc does not compile it: " + printed.replace('\n', ' '));
      }
      Path library = FOLDER.resolve("libfaulty_disk.so");
      Files.move(fresh, library, StandardCopyOption.ATOMIC_MOVE);
      return new FaultyDiskLibrary(library.toAbsolutePath(), "");
    } catch (IOException e) {
      return missing("there is no C compiler (cc): " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static FaultyDiskLibrary missing(String why) {
    return new FaultyDiskLibrary(Path.of(""), SOURCE + " is not used, " + why);
  }
}

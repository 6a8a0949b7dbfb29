// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/** A process that does with a folder what it reads on standard input, and answers a line each. */
final class DiskProbe {
  private DiskProbe() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answer(folder, List.of(line.split(" "))));
    }
  }

  private static String answer(Path folder, List<String> words) {
    Path file = folder.resolve(words.size() > 1 ? words.get(1) : ".");
    try {
      switch (words.getFirst()) {
        case "write" -> write(file, Long.parseLong(words.get(2)), words.get(3));
        case "cut" -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Long.parseLong(words.get(2)));
          }
        }
        case "force" -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
        case "folder" -> Files.createDirectory(file);
        case "delete" -> Files.delete(file);
        case "rename" ->
            Files.move(file, folder.resolve(words.get(2)), StandardCopyOption.ATOMIC_MOVE);
        case "room" -> {
          return Long.toString(Files.getFileStore(folder).getUsableSpace());
        }
        case "clock" -> {
          return Long.toString(Instant.now().toEpochMilli());
        }
        default -> throw new IllegalArgumentException(words.toString());
      }
      return "done";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void write(Path file, long at, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), at);
    }
  }
}

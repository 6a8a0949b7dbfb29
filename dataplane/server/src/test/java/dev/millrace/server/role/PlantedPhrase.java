// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A text that occurs nowhere by chance, to look for in files: as it is, in Base64 at each of the
 * three places where it may begin in a group, and in hexadecimal digits. It is too random for a
 * compression to change it.
 *
 * @param text 48 letters and digits
 */
record PlantedPhrase(String text) {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  static PlantedPhrase drawn(long seed) {
    StringBuilder text = new StringBuilder();
    new Random(seed)
        .ints(48, 0, LETTERS.length())
        .forEach(index -> text.append(LETTERS.charAt(index)));
    return new PlantedPhrase(text.toString());
  }

  private List<String> forms() {
    List<String> forms = new ArrayList<>(List.of(text));
    byte[] bytes = text.getBytes(US_ASCII);
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      String base64 = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      // Neither the group with what stands before nor the one with what follows.
      forms.add(base64.substring(4, base64.length() - 4));
    }
    forms.add(HexFormat.of().formatHex(bytes));
    return forms;
  }

  /** The files below a folder that hold it in any form. */
  List<Path> findIn(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), ISO_8859_1);
        if (forms().stream().anyMatch(content::contains)) {
          found.add(folder.relativize(file));
        }
      }
    }
    return found;
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.fuzz;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What {@code make fuzz} starts under Jazzer, which finds these methods by their names. It has no
 * types of Jazzer's, so that tests need none.
 */
public final class JazzerEntry {
  /** Jazzer's hooks in the JDK allocate, too, most where texts are split. */
  private static final int TOLERANCE = 8;

  private static DecoderFuzz target = new NoDecoder();

  private JazzerEntry() {}

  /**
   * Called once before the first input.
   *
   * @param args the class of a {@link DecoderFuzz}
   */
  public static void fuzzerInitialize(String[] args) throws ReflectiveOperationException {
    Constructor<?> constructor = Class.forName(args[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    target = (DecoderFuzz) constructor.newInstance();
  }

  /** Called for each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    target.attack(input, TOLERANCE);
  }

  /**
   * Writes the valid inputs of a {@link DecoderFuzz} to a folder.
   *
   * @param args the class and the folder
   */
  public static void main(String[] args) throws ReflectiveOperationException, IOException {
    fuzzerInitialize(args);
    Path folder = Files.createDirectories(Path.of(args[1]));
    List<byte[]> seeds = target.seeds();
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(folder.resolve("seed-" + i), seeds.get(i));
    }
  }

  private static final class NoDecoder extends DecoderFuzz {
    @Override
    protected List<byte[]> seeds() {
      return List.of();
    }

    @Override
    protected void decode(byte[] input) {
      throw new IllegalStateException("fuzzerInitialize comes first");
    }

    @Override
    protected Set<Class<? extends Exception>> declared() {
      return Set.of();
    }
  }
}

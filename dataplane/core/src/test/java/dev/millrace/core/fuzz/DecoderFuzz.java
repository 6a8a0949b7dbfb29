// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * The fuzz test of a decoder, in two forms. As a JUnit test it decodes the corpus and then {@link
 * #ROUNDS} inputs that {@link InputMutator} makes from seeds and corpus. {@code make fuzz} runs the
 * same class under Jazzer, which is guided by coverage, and starts from the same inputs.
 *
 * <p>It keeps these promises for any bytes: the decoder returns a value, or throws exactly what it
 * declares, with a message; it allocates no more than {@link #fixedBytes} and {@link #bytesPerByte}
 * for each byte of the input; and it ends. What is decoded means the same when it is encoded and
 * decoded again, where there is an encoder: {@link #decode} checks that.
 *
 * <p>An input that fails is written to {@code target/fuzz}, and the message names it. Once the
 * decoder is mended, the file belongs to the corpus, {@code src/test/resources/fuzz} and the name
 * of the test.
 */
public abstract class DecoderFuzz {
  /** Inputs of a run, for each decoder; {@code -Dmillrace.fuzz.rounds}. A few seconds. */
  private static final int ROUNDS = Integer.getInteger("millrace.fuzz.rounds", 10_000);

  /** {@code -Dmillrace.fuzz.seed} repeats a run. */
  private static final long SEED = Long.getLong("millrace.fuzz.seed", new Random().nextLong());

  /** A run that takes longer than this hangs, also in a loop that no interrupt ends: seconds. */
  private static final int HANGS_SECONDS = 120;

  /**
   * The first inputs of a kind also have classes loaded, and instrumented, which is not counted.
   */
  private static final int TRIES = 5;

  /** Longest input that mutations make, in bytes. */
  private static final int MAX_INPUT_BYTES = 1 << 16;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Valid inputs, of every kind and version that the decoder knows. */
  protected abstract List<byte[]> seeds();

  /** Parts of inputs that mutations insert: names, brackets, numbers at borders. */
  protected List<byte[]> dictionary() {
    return List.of();
  }

  /**
   * Decodes an input, and checks what comes of it.
   *
   * @throws Exception what the decoder throws, if it is declared; anything else is a finding
   */
  protected abstract void decode(byte[] input) throws Exception;

  /** Exactly these may be thrown, no subclasses of them. */
  protected abstract Set<Class<? extends Exception>> declared();

  /**
   * Most bytes that an input may have the decoder allocate for each of its own: an object of 16
   * bytes and a reference to it in a growing list for a byte, and its check after it.
   */
  protected int bytesPerByte() {
    return 256;
  }

  /** Most bytes that an empty input may have the decoder allocate: buffers and messages. */
  protected int fixedBytes() {
    return 256 << 10;
  }

  /**
   * Decodes an input; throws if a promise is broken.
   *
   * @param tolerance how many times as much as without instrumentation may be allocated
   */
  final void attack(byte[] input, int tolerance) {
    long most = tolerance * (fixedBytes() + (long) bytesPerByte() * input.length);
    long allocated = allocatedBy(input);
    for (int again = 1; allocated > most && again < TRIES; again++) {
      allocated = allocatedBy(input);
    }
    if (allocated > most) {
      throw new AssertionError(
          "%,d bytes were allocated for an input of %,d, expected at most %,d"
              .formatted(allocated, input.length, most));
    }
  }

  private long allocatedBy(byte[] input) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      decode(input.clone());
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      if (!declared().contains(e.getClass())) {
        throw new AssertionError("not declared: " + e, e);
      }
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("thrown without a message: " + e, e);
      }
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  @Timeout(value = HANGS_SECONDS, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void whatWasFoundBeforeIsDecodedOrRejected() throws IOException {
    warmUp();
    for (Path file : corpusFiles()) {
      check(Files.readAllBytes(file), "corpus file " + file.getFileName());
    }
  }

  @Test
  @Timeout(value = HANGS_SECONDS, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void whatIsMutatedIsDecodedOrRejected() throws IOException {
    warmUp();
    List<byte[]> parents = new ArrayList<>(seeds());
    for (Path file : corpusFiles()) {
      parents.add(Files.readAllBytes(file));
    }
    InputMutator mutator = new InputMutator(new Random(SEED), dictionary(), MAX_INPUT_BYTES);
    for (int round = 0; round < ROUNDS; round++) {
      check(mutator.mutant(parents), "seed " + SEED + ", round " + round);
    }
  }

  /** Valid inputs are decoded, and what is loaded for them is not counted afterwards. */
  private void warmUp() {
    for (byte[] seed : seeds()) {
      try {
        decode(seed.clone());
      } catch (Exception e) {
        throw new AssertionError(
            "a valid input was rejected: " + e + ": " + HexFormat.of().formatHex(seed), e);
      }
    }
    check(new byte[0], "the empty input");
  }

  private void check(byte[] input, String which) {
    try {
      attack(input, 1);
    } catch (RuntimeException | Error broken) {
      throw new AssertionError(
          "%s broke a promise of its decoder (%s); the input is %s: %s"
              .formatted(which, getClass().getSimpleName(), save(input), broken.getMessage()),
          broken);
    }
  }

  private String save(byte[] input) {
    Path file =
        Path.of(
            "target",
            "fuzz",
            getClass().getSimpleName(),
            "found-" + Integer.toHexString(Arrays.hashCode(input)));
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.write(file, input);
      return file.toAbsolutePath().toString();
    } catch (IOException e) {
      return HexFormat.of().formatHex(input) + " (it could not be written: " + e + ")";
    }
  }

  private List<Path> corpusFiles() throws IOException {
    Optional<URL> folder =
        Optional.ofNullable(getClass().getResource("/fuzz/" + getClass().getSimpleName()));
    if (folder.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(folder.get().toURI()))) {
      return files.sorted().toList();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** The bytes of texts, for seeds and dictionaries. */
  protected static List<byte[]> utf8(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.error;

import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What a check came to: a value, or the error that the client gets. Checks are small, named, and
 * composed by {@link #then}; the first error wins.
 *
 * @param <T> what is good
 */
public sealed interface Checked<T> {
  /** It holds. */
  record Good<T>(T value) implements Checked<T> {}

  /** It does not. */
  record Bad<T>(KinesisError error) implements Checked<T> {}

  /** A value. */
  static <T> Checked<T> good(T value) {
    return new Good<>(value);
  }

  /** An error. */
  static <T> Checked<T> bad(KinesisError error) {
    return new Bad<>(error);
  }

  /** The next check on the value. */
  default <R> Checked<R> then(Function<? super T, Checked<R>> next) {
    return switch (this) {
      case Good<T>(T value) -> next.apply(value);
      case Bad<T>(KinesisError error) -> new Bad<>(error);
    };
  }

  /** Another error in the place of one. */
  default Checked<T> otherwise(UnaryOperator<KinesisError> other) {
    return switch (this) {
      case Good<T> good -> good;
      case Bad<T>(KinesisError error) -> new Bad<>(other.apply(error));
    };
  }

  /** Turns either into one thing. */
  default <R> R fold(
      Function<? super T, ? extends R> onGood, Function<KinesisError, ? extends R> onBad) {
    return switch (this) {
      case Good<T>(T value) -> onGood.apply(value);
      case Bad<T>(KinesisError error) -> onBad.apply(error);
    };
  }
}

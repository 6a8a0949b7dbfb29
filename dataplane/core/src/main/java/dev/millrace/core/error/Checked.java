// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.error;

import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The result of a check: a value, or the error that the client gets. Checks are composed with
 * {@link #then}; the first error wins.
 *
 * @param <T> the type of the value
 */
public sealed interface Checked<T> {
  record Good<T>(T value) implements Checked<T> {}

  record Bad<T>(KinesisError error) implements Checked<T> {}

  static <T> Checked<T> good(T value) {
    return new Good<>(value);
  }

  static <T> Checked<T> bad(KinesisError error) {
    return new Bad<>(error);
  }

  /** Applies the next check to the value, if there is one. */
  default <R> Checked<R> then(Function<? super T, Checked<R>> next) {
    return switch (this) {
      case Good<T>(T value) -> next.apply(value);
      case Bad<T>(KinesisError error) -> new Bad<>(error);
    };
  }

  /** Replaces the error, if there is one. */
  default Checked<T> mapError(UnaryOperator<KinesisError> other) {
    return switch (this) {
      case Good<T> good -> good;
      case Bad<T>(KinesisError error) -> new Bad<>(other.apply(error));
    };
  }

  /** Converts either the value or the error to a common type. */
  default <R> R fold(
      Function<? super T, ? extends R> onGood, Function<KinesisError, ? extends R> onBad) {
    return switch (this) {
      case Good<T>(T value) -> onGood.apply(value);
      case Bad<T>(KinesisError error) -> onBad.apply(error);
    };
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.error;

import java.util.concurrent.CompletionException;

/** Unwraps the failures of completion stages. */
public final class CompletionFailures {
  private CompletionFailures() {}

  /** The failure without the {@link CompletionException} that dependent stages wrap it in. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}

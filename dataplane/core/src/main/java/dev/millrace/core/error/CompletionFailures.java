// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.error;

import java.util.concurrent.CompletionException;

/** What lies behind the failure of a completion stage. */
public final class CompletionFailures {
  private CompletionFailures() {}

  /** The failure itself, without the wrapper that dependent stages put around it. */
  public static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}

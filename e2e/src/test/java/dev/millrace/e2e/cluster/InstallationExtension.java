// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Injects the run's one {@link Installation} into tests: the first test that asks for it installs,
 * the end of the run uninstalls. A failing test leaves a dump of the namespace in {@code
 * target/cluster}.
 */
final class InstallationExtension
    implements ParameterResolver,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler {

  /**
   * The outcome of the only attempt to install. Any failure is kept, whatever its type: JUnit's
   * store would run an attempt that throws again for every test, and each may take minutes.
   */
  private record Attempt(@Nullable Installation installation, @Nullable Throwable failure)
      implements AutoCloseable {
    static Attempt make() {
      try {
        return new Attempt(Installation.begin(), null);
      } catch (RuntimeException | Error e) {
        return new Attempt(null, e);
      }
    }

    @Override
    public void close() {
      if (installation != null) {
        installation.close();
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Installation.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Attempt attempt = attempt(context);
    if (attempt.installation() == null) {
      throw new AssertionError(
          "Millrace could not be installed: " + attempt.failure(), attempt.failure());
    }
    return attempt.installation();
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    dump(context, context.getRequiredTestMethod().getName());
    throw failure;
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    dump(context, context.getRequiredTestClass().getSimpleName());
    throw failure;
  }

  private static void dump(ExtensionContext context, String name) {
    Installation installation = attempt(context).installation();
    if (installation != null) {
      installation.dump(name);
    }
  }

  private static Attempt attempt(ExtensionContext context) {
    // JUnit closes the AutoCloseable values of the root store when the run ends.
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(Attempt.class, key -> Attempt.make(), Attempt.class);
  }
}

package dev.millrace.e2e.cluster;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Hands the run's one {@link Installation} to tests: the first that asks has it made, the end of
 * the run removes it. A test that fails leaves a picture of the namespace in {@code
 * target/cluster}.
 */
final class InstallationExtension implements ParameterResolver, TestExecutionExceptionHandler {

  /** How the one attempt to install ended: it is not made again for every test. */
  private record Attempt(@Nullable Installation installation, @Nullable AssertionError failure)
      implements AutoCloseable {
    static Attempt make() {
      try {
        return new Attempt(Installation.begin(), null);
      } catch (AssertionError e) {
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
      throw new AssertionError("Millrace could not be installed", attempt.failure());
    }
    return attempt.installation();
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    Installation installation = attempt(context).installation();
    if (installation != null) {
      installation.takePicture(context.getRequiredTestMethod().getName());
    }
    throw failure;
  }

  private static Attempt attempt(ExtensionContext context) {
    // What is in the root's store and can be closed is closed when the run ends.
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(Attempt.class, key -> Attempt.make(), Attempt.class);
  }
}

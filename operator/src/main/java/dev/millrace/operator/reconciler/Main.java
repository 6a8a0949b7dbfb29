// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.operator.act.GatewayCertificates;
import dev.millrace.operator.config.OperatorSettings;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

/** Starts the operator. */
@QuarkusMain
public final class Main implements QuarkusApplication {
  private static final int CANNOT_START = 1;
  private static final int BAD_SETTING = 2;

  /** Another operator may act. */
  static final int LEASE_LOST = 3;

  private final Operator operator;
  private final GatewayCertificates certificates;
  private final OperatorSettings settings;

  public Main(Operator operator, GatewayCertificates certificates, OperatorSettings settings) {
    this.operator = operator;
    this.certificates = certificates;
    this.settings = settings;
  }

  /** Checks the settings before anything else takes time. */
  public static void main(String... arguments) {
    try {
      OperatorSettings settings = OperatorSettings.of(System.getenv());
      if (!settings.namespaces().isEmpty()) {
        System.setProperty(
            "quarkus.operator-sdk.namespaces", String.join(",", settings.namespaces()));
      }
    } catch (OperatorSettings.InvalidSettingException e) {
      System.err.println("millrace-operator: " + e.getMessage());
      System.exit(BAD_SETTING);
    }
    Quarkus.run(Main.class, (status, failure) -> end(status, failure), arguments);
  }

  private static void end(int status, @Nullable Throwable failure) {
    if (failure != null) {
      // The root cause says most: what could not be reached, or what was not allowed.
      Throwable cause = failure;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      System.err.println("millrace-operator: cannot start: " + failure.getMessage() + ": " + cause);
    }
    // A failed start may have left threads behind that would keep the process alive.
    Runtime.getRuntime().halt(failure == null ? status : CANNOT_START);
  }

  @Override
  public int run(String... arguments) {
    certificates.start(settings.gatewayNamespaces());
    operator.start();
    Quarkus.waitForExit();
    return 0;
  }
}

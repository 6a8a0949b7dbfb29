// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A namespace with streams can be deleted when there is no operator. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class NamespaceDeletedTest {
  private static final int PATIENCE_SECONDS = 120;

  @Test
  void itGoesWithRetainedAndOtherStreamsThoughTheOperatorIsGone() {
    try (TestingOperator operator = new TestingOperator(1)) {
      operator.create("orders", null, 2, 1);
      operator.create("kept", null, 1, 1);
      operator.awaitReady("kept", 1);
      operator.patch("kept", "{\"deletionPolicy\": \"Retain\"}");
      operator.awaitReady("kept", 2);
      operator.awaitReady("orders", 1);
      operator.stop();
      operator.client().namespaces().withName(operator.namespace()).delete();
      operator
          .client()
          .namespaces()
          .withName(operator.namespace())
          .waitUntilCondition(Objects::isNull, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }
}

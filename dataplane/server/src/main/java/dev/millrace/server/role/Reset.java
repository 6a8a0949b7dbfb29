// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.AccountSettings;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Deletes all streams and resets the account's settings, for test suites that start each test
 * without data. Available only if control calls take effect before they answer ({@code
 * MILLRACE_INSTANT}), a setting that is not meant for servers with data to lose.
 */
record Reset(StreamCatalogue catalogue, StreamController controller, AccountStore account)
    implements Supplier<CompletionStage<Void>> {
  @Override
  public CompletionStage<Void> get() {
    CompletableFuture<?>[] deleted =
        catalogue.streams().values().stream()
            .map(entry -> delete(entry).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(deleted)
        .thenCompose(done -> account.change(before -> AccountSettings.NONE))
        .thenApply(done -> null);
  }

  private CompletionStage<Void> delete(CatalogueEntry entry) {
    StreamDefinition stream = entry.definition();
    return catalogue
        .replace(
            stream.name(), entry.revision(), Optional.of(stream.withStatus(StreamStatus.DELETING)))
        .thenCompose(outcome -> controller.settle(stream.name()));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.stream.AccountSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;

/**
 * The account settings of a namespace: the ConfigMap {@value #NAME}, which the chart creates and
 * all gateways of the namespace watch. Its keys are {@value #STARTED_AT} and {@value #ENDS_AT}, ISO
 * 8601 instants; without them there never was a commitment.
 */
public final class ClusterAccount implements AccountStore, AutoCloseable {
  static final String NAME = "millrace-account";
  static final String STARTED_AT = "commitmentStartedAt";
  static final String ENDS_AT = "commitmentEndsAt";

  private static final Logger LOG = System.getLogger(ClusterAccount.class.getName());
  private static final int CONFLICT = 409;

  /** Another gateway changed the settings at the same time; more often than this is no chance. */
  private static final int ATTEMPTS = 5;

  private final KubernetesClient client;
  private final Resource<ConfigMap> resource;
  private final SharedIndexInformer<ConfigMap> informer;
  private final Executor writers;
  private volatile AccountSettings settings = AccountSettings.NONE;

  /**
   * Watches the settings. Returns when they have been read.
   *
   * @param writers runs changes, which block
   */
  ClusterAccount(KubernetesClient client, String namespace, Executor writers) {
    this.client = client;
    this.writers = writers;
    this.resource = client.configMaps().inNamespace(namespace).withName(NAME);
    this.informer =
        resource.inform(
            new InformerHandler<>(this::accept, gone -> settings = AccountSettings.NONE));
  }

  boolean isWatching() {
    return informer.isWatching();
  }

  @Override
  public AccountSettings read() {
    return settings;
  }

  @Override
  public CompletionStage<AccountSettings> change(UnaryOperator<AccountSettings> change) {
    try {
      return CompletableFuture.supplyAsync(() -> changeNow(change), writers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(
          new LogRefusedException(Reason.QUEUE_FULL, "too many changes are waiting", e));
    }
  }

  private AccountSettings changeNow(UnaryOperator<AccountSettings> change) {
    for (int attempt = 1; ; attempt++) {
      try {
        ConfigMap before = resource.get();
        if (before == null) {
          throw new LogRefusedException(
              Reason.NOT_LEADER,
              "the ConfigMap %s, which the chart creates, is missing".formatted(NAME),
              null);
        }
        AccountSettings wanted = change.apply(parse(before));
        // Carries the resource version that was read, so it fails if that is not the newest.
        accept(client.resource(with(before, wanted)).update());
        return wanted;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw ClusterStreams.failure(e);
        }
      }
    }
  }

  private static ConfigMap with(ConfigMap before, AccountSettings wanted) {
    Map<String, String> data = new HashMap<>();
    wanted.startedAt().ifPresent(at -> data.put(STARTED_AT, at.toString()));
    wanted.endsAt().ifPresent(at -> data.put(ENDS_AT, at.toString()));
    return new ConfigMapBuilder(before).withData(data).build();
  }

  private void accept(ConfigMap now) {
    try {
      settings = parse(now);
    } catch (LogRefusedException e) {
      LOG.log(Level.WARNING, "{0}; what was read before stays in force", e.getMessage());
    }
  }

  private static AccountSettings parse(ConfigMap map) {
    return new AccountSettings(instant(map, STARTED_AT), instant(map, ENDS_AT));
  }

  private static Optional<Instant> instant(ConfigMap map, String key) {
    String text = Objects.requireNonNullElse(map.getData(), Map.<String, String>of()).get(key);
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeException e) {
      throw new LogRefusedException(
          Reason.NOT_LEADER,
          "%s of the ConfigMap %s is '%s', expected an instant such as 2026-01-31T09:00:00Z"
              .formatted(key, NAME, text),
          e);
    }
  }

  @Override
  public void close() {
    informer.close();
  }
}

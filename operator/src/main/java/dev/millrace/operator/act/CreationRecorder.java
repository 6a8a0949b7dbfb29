// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.operator.plan.ReconcileAction.RecordCreation;
import dev.millrace.operator.resource.CreationHistory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Records in a namespace's creation history. The second is decided from what the API server holds
 * at that moment and written with its resource version, so that two operators never record over
 * each other. Within this process records are written one at a time: streams that are created
 * together would otherwise only conflict with each other. Any thread; calls block.
 */
final class CreationRecorder {
  private final KubernetesClient client;
  private final ReentrantLock turn = new ReentrantLock();

  CreationRecorder(KubernetesClient client) {
    this.client = client;
  }

  ActionOutcome record(String namespace, RecordCreation action) {
    turn.lock();
    try {
      return readAndWrite(namespace, action);
    } catch (IllegalArgumentException e) {
      // Without the history there is no safe second: the stream waits until it is repaired.
      return new ActionOutcome.Declined(String.valueOf(e.getMessage()));
    } finally {
      turn.unlock();
    }
  }

  private ActionOutcome readAndWrite(String namespace, RecordCreation action) {
    Optional<ConfigMap> found =
        Optional.ofNullable(
            client.configMaps().inNamespace(namespace).withName(CreationHistory.NAME).get());
    CreationHistory history = found.map(CreationHistory::of).orElse(CreationHistory.EMPTY);
    CreationHistory next = history.with(action.name(), action.stream(), action.atLeast());
    if (next.equals(history)) {
      return new ActionOutcome.Succeeded();
    }
    ConfigMap written =
        next.toConfigMap(namespace, found.map(object -> object.getMetadata().getResourceVersion()));
    try {
      if (found.isPresent()) {
        client.resource(written).update();
      } else {
        client.resource(written).create();
      }
      return new ActionOutcome.Succeeded();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        // Another operator recorded meanwhile. No watch shows that, but the next pass is due soon.
        return new ActionOutcome.Overtaken();
      }
      throw e;
    }
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.List;
import java.util.function.Consumer;

/**
 * Passes the events of an informer on. What is watched is kept without {@code managedFields}: as
 * maps of maps they take most of the memory of an object, and whoever needs them reads the object.
 */
record InformerHandler<T extends HasMetadata>(Consumer<T> accept, Consumer<T> remove)
    implements ResourceEventHandler<T> {
  @Override
  public void onAdd(T object) {
    accept.accept(lean(object));
  }

  @Override
  public void onUpdate(T before, T now) {
    accept.accept(lean(now));
  }

  private static <T extends HasMetadata> T lean(T object) {
    object.getMetadata().setManagedFields(List.of());
    return object;
  }

  @Override
  public void onDelete(T object, boolean finalStateUnknown) {
    remove.accept(object);
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.Consumer;

/** Passes the events of an informer on. */
record InformerHandler<T>(Consumer<T> accept, Consumer<T> remove)
    implements ResourceEventHandler<T> {
  @Override
  public void onAdd(T object) {
    accept.accept(object);
  }

  @Override
  public void onUpdate(T before, T now) {
    accept.accept(now);
  }

  @Override
  public void onDelete(T object, boolean finalStateUnknown) {
    remove.accept(object);
  }
}

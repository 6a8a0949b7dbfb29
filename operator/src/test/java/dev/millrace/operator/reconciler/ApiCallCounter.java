// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the calls of a client of the API server by their method. Any thread may call. */
final class ApiCallCounter implements Interceptor {
  private final SortedMap<String, Long> calls = new TreeMap<>();

  @Override
  public synchronized void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    calls.merge(request.method(), 1L, Long::sum);
  }

  /** The calls since the last question. */
  synchronized SortedMap<String, Long> take() {
    SortedMap<String, Long> taken = new TreeMap<>(calls);
    calls.clear();
    return taken;
  }
}

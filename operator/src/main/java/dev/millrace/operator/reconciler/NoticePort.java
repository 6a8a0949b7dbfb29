// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.operator.resource.NoticePath;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Takes the notices of pods: {@code POST /notices/NAMESPACE/STREAM} without a body. The answer is
 * 204, or 404 if this operator knows no such stream, which will then be new to it.
 */
@Singleton
public final class NoticePort {
  private static final int NO_CONTENT = 204;
  private static final int NOT_FOUND = 404;

  private final PodNotices notices;

  public NoticePort(PodNotices notices) {
    this.notices = notices;
  }

  void open(@Observes Router router) {
    router.post(NoticePath.ROUTE).handler(this::take);
  }

  private void take(RoutingContext call) {
    boolean isKnown =
        notices.received(
            new ResourceID(
                call.pathParam(NoticePath.STREAM), call.pathParam(NoticePath.NAMESPACE)));
    call.response().setStatusCode(isKnown ? NO_CONTENT : NOT_FOUND).end();
  }
}

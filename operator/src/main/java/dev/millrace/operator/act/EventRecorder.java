// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.crds.Api;
import dev.millrace.operator.plan.ReconcileAction.RecordEvent;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.temporal.ChronoUnit;

/** Writes the Events of streams. Any thread; calls block. */
record EventRecorder(KubernetesClient client) {
  private static final int MOST_NAME_CHARACTERS = 200;

  ActionOutcome record(StreamIdentity stream, RecordEvent event) {
    String at = event.at().truncatedTo(ChronoUnit.SECONDS).toString();
    String prefix =
        stream.name().substring(0, Math.min(stream.name().length(), MOST_NAME_CHARACTERS));
    Event written =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(stream.namespace())
            .withGenerateName(prefix + ".")
            .endMetadata()
            .withNewInvolvedObject()
            .withApiVersion(Api.GROUP + "/" + Api.VERSION)
            .withKind("KinesisStream")
            .withNamespace(stream.namespace())
            .withName(stream.name())
            .withUid(stream.uid())
            .endInvolvedObject()
            .withType(event.isWarning() ? "Warning" : "Normal")
            .withReason(event.reason())
            .withMessage(event.message())
            .withFirstTimestamp(at)
            .withLastTimestamp(at)
            .withCount(1)
            .withReportingComponent(OwnedMetadata.OPERATOR)
            .withNewSource()
            .withComponent(OwnedMetadata.OPERATOR)
            .endSource()
            .build();
    client.resource(written).create();
    return new ActionOutcome.Succeeded();
  }
}

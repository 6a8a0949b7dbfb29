// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.crds.Api;
import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Records go when a person says so, and not with the objects around them. */
@ClusterTest
class RecordsKeptTest {
  private static final String DELETED = "swept";
  private static final String RETAINED = "retained";

  private static List<SentRecord> put(Installation millrace, String stream) {
    return SentRecord.acknowledged(ClientJob.run(millrace, "put", stream, "200"));
  }

  private static List<SentRecord> get(Installation millrace, String stream) {
    return SentRecord.read(ClientJob.run(millrace, "get", stream));
  }

  private static List<PersistentVolumeClaim> volumes(Installation millrace, String stream) {
    return millrace
        .kubernetes()
        .persistentVolumeClaims()
        .inNamespace(millrace.namespace())
        .withLabel(Api.STREAM_LABEL, stream)
        .list()
        .getItems();
  }

  private static List<String> uids(List<? extends HasMetadata> objects) {
    return objects.stream().map(object -> object.getMetadata().getUid()).sorted().toList();
  }

  @Test
  void recordsOutliveTheirStatefulSets(Installation millrace) {
    millrace.apply(Manifests.stream(DELETED, "shardCount: 2"));
    millrace.awaitReady(DELETED);
    List<SentRecord> acknowledged = new ArrayList<>(put(millrace, DELETED));
    List<Pod> pods = millrace.shardPods(DELETED);
    millrace.kubectl("delete", "statefulsets", "--selector", Api.STREAM_LABEL + "=" + DELETED);
    pods.forEach(millrace::awaitSuccessor);
    millrace.awaitReady(DELETED);
    SentRecord.assertExactly(acknowledged, get(millrace, DELETED));
    acknowledged.addAll(put(millrace, DELETED));
    SentRecord.assertExactly(acknowledged, get(millrace, DELETED));
    millrace.kubectl("delete", "kinesisstream", DELETED);
  }

  @Test
  void retainedRecordsAreReadFromTheNextStreamOfTheName(Installation millrace) {
    String manifest =
        Manifests.stream(
            RETAINED, "shardCount: 2", "deletionPolicy: Retain", "retentionPeriodHours: 48");
    millrace.apply(manifest);
    millrace.awaitReady(RETAINED);
    List<SentRecord> acknowledged = new ArrayList<>(put(millrace, RETAINED));
    List<String> volumes = uids(volumes(millrace, RETAINED));
    millrace.kubectl("delete", "kinesisstream", RETAINED, "--cascade=foreground");
    Eventually.holds(
        "the pods of the deleted stream are gone",
        Installation.TIMEOUT,
        () -> millrace.shardPods(RETAINED).isEmpty());
    Assertions.assertThat(uids(volumes(millrace, RETAINED))).isEqualTo(volumes);

    millrace.apply(manifest);
    millrace.awaitReady(RETAINED);
    SentRecord.assertExactly(acknowledged, get(millrace, RETAINED));
    acknowledged.addAll(put(millrace, RETAINED));
    SentRecord.assertExactly(acknowledged, get(millrace, RETAINED));

    millrace.kubectl(
        "patch",
        "kinesisstream",
        RETAINED,
        "--type=merge",
        "--patch={\"spec\":{\"deletionPolicy\":\"Delete\"}}");
    millrace.kubectl(
        "wait",
        "--for=jsonpath={.metadata.ownerReferences[0].kind}=KinesisStream",
        "streamstorage/" + RETAINED,
        "--timeout=60s");
    millrace.kubectl("delete", "kinesisstream", RETAINED);
    Eventually.holds(
        "the volumes are gone", Installation.TIMEOUT, () -> volumes(millrace, RETAINED).isEmpty());
  }
}

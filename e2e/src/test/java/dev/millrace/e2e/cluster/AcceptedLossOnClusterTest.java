// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.crds.Api;
import dev.millrace.crds.Condition;
import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two of three volumes are gone. A person copies the text from the message into the annotation, and
 * the stream goes on with all records that the third one had, and has three replicas again.
 */
@ClusterTest
@Tag("long")
class AcceptedLossOnClusterTest {
  private static final String STREAM = "given-up";

  private static final Pattern OFFER =
      Pattern.compile(Pattern.quote(Api.ACCEPT_LOSS) + "='([^']+)'");

  @Test
  void theStreamGoesOnFromTheDiskThatIsLeft(Installation millrace) {
    millrace.apply(Manifests.stream(STREAM, "shardCount: 1", "replication: {replicas: 3}"));
    millrace.awaitReady(STREAM);
    List<SentRecord> acknowledged = new ArrayList<>(put(millrace));
    millrace.awaitAllInStep(STREAM);
    List<Pod> pods = millrace.shardPods(STREAM);
    for (Pod pod : pods.subList(0, 2)) {
      millrace.kubectl(
          "delete", "persistentvolumeclaim", "data-" + pod.getMetadata().getName(), "--wait=false");
    }
    pods.subList(0, 2).forEach(millrace::kill);
    String offer =
        Eventually.found(
            "the message says what to annotate", Installation.TIMEOUT, () -> offer(millrace));
    millrace.kubectl("annotate", "kinesisstream", STREAM, Api.ACCEPT_LOSS + "=" + offer);
    millrace.awaitAllInStep(STREAM);
    SentRecord.assertExactly(acknowledged, read(millrace));
    acknowledged.addAll(put(millrace));
    SentRecord.assertExactly(acknowledged, read(millrace));
    millrace.kubectl("annotate", "kinesisstream", STREAM, Api.ACCEPT_LOSS + "-");
    millrace.kubectl("delete", "kinesisstream", STREAM);
  }

  private static List<SentRecord> put(Installation millrace) {
    return SentRecord.acknowledged(ClientJob.run(millrace, "put", STREAM, "200"));
  }

  private static List<SentRecord> read(Installation millrace) {
    return SentRecord.read(ClientJob.run(millrace, "get", STREAM));
  }

  private static Optional<String> offer(Installation millrace) {
    return Optional.ofNullable(millrace.stream(STREAM).getStatus().conditions()).stream()
        .flatMap(List::stream)
        .filter(condition -> condition.type().equals("Degraded"))
        .map(Condition::message)
        .map(OFFER::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .findFirst();
  }
}

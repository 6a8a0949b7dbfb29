// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.kubernetes.StreamView;
import dev.millrace.operator.pods.BoundedCalls;
import dev.millrace.operator.pods.PodAddress;
import dev.millrace.operator.pods.PodAnswer;
import dev.millrace.operator.pods.ShardPods;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operator and gateways give a stream name to the same one of two objects that claim it. */
class NameAgreementTest {
  private static final String LOWER_UID = "0a1b2c3d-0000-4000-8000-000000000001";
  private static final String HIGHER_UID = "0a1b2c3d-0000-4000-8000-000000000002";

  /** The stream id in an object's status. */
  enum StatusId {
    NONE,
    OWN,
    /** Written for an earlier object of the same name. */
    OF_ANOTHER
  }

  /** Two objects: when each was created, and what its status says. */
  record Claims(int lowerSecond, StatusId lower, int higherSecond, StatusId higher) {}

  static List<Claims> claims() {
    List<Claims> all = new ArrayList<>();
    for (int second = 0; second <= 2; second++) {
      for (StatusId lower : StatusId.values()) {
        for (StatusId higher : StatusId.values()) {
          all.add(new Claims(1, lower, second, higher));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("claims")
  void bothGiveTheNameToTheSameObject(Claims claims) {
    KinesisStream lower = stream("orders", LOWER_UID, null, claims.lowerSecond(), claims.lower());
    KinesisStream higher =
        stream("also", HIGHER_UID, "orders", claims.higherSecond(), claims.higher());
    String holder = holderForTheOperator(lower, higher);
    assertThat(holderForAGateway(lower, higher)).isEqualTo(holder);
    assertThat(holderForAGateway(higher, lower)).isEqualTo(holder);
    assertThat(holder)
        .as("who has the name keeps it, else the first has it, else the lower uid")
        .isEqualTo(expected(claims));
  }

  private static String expected(Claims claims) {
    boolean lowerHolds = claims.lower() == StatusId.OWN;
    if (lowerHolds != (claims.higher() == StatusId.OWN)) {
      return lowerHolds ? LOWER_UID : HIGHER_UID;
    }
    return claims.higherSecond() < claims.lowerSecond() ? HIGHER_UID : LOWER_UID;
  }

  private static KinesisStream stream(
      String name, String uid, @Nullable String streamName, int second, StatusId id) {
    KinesisStream stream = new KinesisStream();
    stream.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("team")
            .withUid(uid)
            .withGeneration(1L)
            .withResourceVersion("10")
            .withCreationTimestamp("2026-11-21T08:00:0" + second + "Z")
            .build());
    stream.setSpec(
        new KinesisStreamSpec(
            streamName,
            null,
            1,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    String streamId =
        switch (id) {
          case NONE -> null;
          case OWN -> StreamId.of(UUID.fromString(uid)).toString();
          case OF_ANOTHER -> "0123456789abcdef";
        };
    String objectUid = id == StatusId.OWN ? uid : "0a1b2c3d-0000-4000-8000-000000000009";
    stream.setStatus(
        new KinesisStreamStatus(
            1L, null, null, streamId, objectUid, null, 0, 0, null, null, null, null, null, null,
            null));
    return stream;
  }

  private static String holderForAGateway(KinesisStream... events) {
    StreamView view = new StreamView("us-east-1");
    for (KinesisStream event : events) {
      view.accept(event);
    }
    StreamId holder = view.find(new StreamName("orders")).orElseThrow().entry().definition().id();
    return holder.equals(StreamId.of(UUID.fromString(LOWER_UID))) ? LOWER_UID : HIGHER_UID;
  }

  /** Each object is looked at by itself, and exactly one of them may find no other holder. */
  private static String holderForTheOperator(KinesisStream... claimants) {
    try (BoundedCalls calls = new BoundedCalls(1)) {
      StreamObserver observer = new StreamObserver(new NoPods(), calls);
      StreamCaches caches =
          new StreamCaches(
              List.of(claimants),
              Optional.empty(),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              Set.of(),
              List.of(),
              new NothingStored());
      List<String> holders =
          List.of(claimants).stream()
              .map(claimant -> observer.observe(claimant, caches))
              .filter(observed -> observed.otherHolder().isEmpty())
              .map(observed -> observed.identity().uid())
              .toList();
      assertThat(holders).hasSize(1);
      return holders.getFirst();
    }
  }

  private static final class NothingStored implements StreamCaches.Lookup {
    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
      return Optional.empty();
    }

    @Override
    public List<ResourceQuota> quotas(String namespace) {
      return List.of();
    }
  }

  private static final class NoPods implements ShardPods {
    @Override
    public PodAnswer reshard(PodAddress pod, dev.millrace.core.report.ReshardStep step) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<dev.millrace.core.report.PodReport> report(PodAddress pod) {
      return Optional.empty();
    }

    @Override
    public PodAnswer formGroup(PodAddress pod, dev.millrace.core.report.GroupFormation formation) {
      return new PodAnswer.NotAccepted("there is no pod");
    }

    @Override
    public PodAnswer acceptLoss(PodAddress pod, dev.millrace.core.report.AcceptedLoss loss) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PodAnswer admitMember(
        PodAddress leader, dev.millrace.core.report.MemberAdmission admission) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PodAnswer moveLeader(PodAddress leader, dev.millrace.core.report.LeaderMove move) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PodAnswer assign(PodAddress pod, dev.millrace.core.report.PodAssignment assignment) {
      return new PodAnswer.NotAccepted("there is no pod");
    }

    @Override
    public PodAnswer publish(
        PodAddress pod, dev.millrace.core.report.StreamPublication publication) {
      return new PodAnswer.NotAccepted("there is no pod");
    }
  }
}

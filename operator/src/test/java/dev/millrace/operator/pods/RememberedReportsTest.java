// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.stream.StreamId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What pods said of subscriptions is known until they say something else or say nothing. */
class RememberedReportsTest {
  private static final StreamId STREAM = new StreamId(7);
  private static final PodAddress A = new PodAddress("team", "a-0", Optional.of("10.0.0.1"));
  private static final PodAddress B = new PodAddress("team", "b-0", Optional.of("10.0.0.2"));
  private static final ShardSubscription ONE = subscription(STREAM, "one");
  private static final ShardSubscription TWO = subscription(STREAM, "two");

  private Instant now = Instant.parse("2026-11-21T09:00:00Z");
  private Optional<PodReport> answer = Optional.empty();

  private final RememberedReports reports =
      new RememberedReports(
          new ShardPods() {
            @Override
            public PodAnswer publish(PodAddress pod, StreamPublication publication) {
              throw new UnsupportedOperationException();
            }

            @Override
            public PodAnswer reshard(PodAddress pod, ReshardStep step) {
              throw new UnsupportedOperationException();
            }

            @Override
            public Optional<PodReport> report(PodAddress pod) {
              return answer;
            }

            @Override
            public PodAnswer formGroup(PodAddress pod, GroupFormation formation) {
              throw new UnsupportedOperationException();
            }

            @Override
            public PodAnswer admitMember(PodAddress leader, MemberAdmission admission) {
              throw new UnsupportedOperationException();
            }

            @Override
            public PodAnswer acceptLoss(PodAddress pod, AcceptedLoss loss) {
              throw new UnsupportedOperationException();
            }

            @Override
            public PodAnswer moveLeader(PodAddress leader, LeaderMove move) {
              throw new UnsupportedOperationException();
            }

            @Override
            public PodAnswer assign(PodAddress pod, PodAssignment assignment) {
              throw new UnsupportedOperationException();
            }
          },
          () -> now);

  private static ShardSubscription subscription(StreamId stream, String consumer) {
    return new ShardSubscription(stream.toString(), "shardId-000000000000", consumer, 5, true, 9);
  }

  private void says(PodAddress pod, boolean leads, ShardSubscription... subscriptions) {
    answer =
        Optional.of(
            new PodReport(
                "d",
                "g",
                leads,
                1,
                null,
                null,
                null,
                true,
                null,
                null,
                List.of(),
                List.of(subscriptions)));
    assertThat(reports.report(pod)).isEqualTo(answer);
  }

  private List<ShardSubscription> known() {
    return reports.subscriptions("team", STREAM);
  }

  @Test
  void reportsOfAllLeadersOfTheStreamAreKnown() {
    says(A, true, ONE, subscription(new StreamId(8), "of another stream"));
    says(B, true, TWO);
    assertThat(known()).containsExactlyInAnyOrder(ONE, TWO);
    says(A, true, TWO);
    says(B, false, ONE);
    assertThat(known()).containsExactly(TWO);
    assertThat(reports.subscriptions("other", STREAM)).isEmpty();
  }

  @Test
  void aPodThatDoesNotAnswerIsForgotten() {
    says(A, true, ONE);
    answer = Optional.empty();
    assertThat(reports.report(A)).isEmpty();
    assertThat(known()).isEmpty();
  }

  @Test
  void aPodThatNobodyAsksAnyMoreIsForgotten() {
    says(A, true, ONE);
    now = now.plus(RememberedReports.FRESH).minusMillis(1);
    assertThat(known()).containsExactly(ONE);
    now = now.plusMillis(1);
    assertThat(known()).isEmpty();
  }
}

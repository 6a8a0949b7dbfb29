// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Documents of the operator and of other pods, as {@code /admin/} takes them: the first character
 * chooses which. What is missing or null is named when the document is read, not where it is used.
 */
final class DocumentFuzzTest extends DecoderFuzz {
  private static final String SHARD =
      "'shardId':'shardId-000000000003','startingHashKey':'0','endingHashKey':'340282366920938463463374607431768211455','parentShardIds':['shardId-000000000001']";
  private static final String PLANNED =
      "{" + SHARD + ",'group':'g','members':[{'pod':'p-0','addresses':['10.0.0.1:4569']}]}";
  private static final String PLAN =
      "{'streamId':'0123456789abcdef','generation':2,'closing':["
          + PLANNED
          + "],'born':["
          + PLANNED
          + "]}";

  private static final List<Class<?>> TYPES =
      List.of(
          PodAssignment.class,
          StreamPublication.class,
          ReshardStep.class,
          GroupFormation.class,
          MemberAdmission.class,
          LeaderMove.class,
          AcceptedLoss.class,
          ReshardProgress.class,
          ReshardPlan.class,
          UserDirectory.class);

  private static final List<String> EXAMPLES =
      List.of(
          "{'streams':[{'streamId':'0123456789abcdef','retentionPeriodHours':24,'limits':'aws','shards':[{"
              + SHARD
              + ",'creationSecond':1700000000}]}]}",
          "{'streamId':'0123456789abcdef','version':'v','generation':1,'digest':'d','kept':[{'first':0,'last':2}],"
              + "'description':{'streamName':'orders','creationSecond':1700000000,'streamStatus':'ACTIVE',"
              + "'settings':{'streamMode':'PROVISIONED','retentionPeriodHours':24,'maxRecordSizeInKiB':1024,'tags':{'a':'b'},"
              + "'shardLevelMetrics':['ALL'],'keyId':null,'recordDistribution':'AUTO','warmThroughputMiBps':5,'resourcePolicy':'{}'},"
              + "'consumers':[{'consumerName':'c','creationSecond':5,'consumerStatus':'ACTIVE','tags':{},'resourcePolicy':null}],"
              + "'addresses':['{set}-0.svc:4569']},'added':[{"
              + SHARD
              + ",'creationSecond':5,'shardSet':'s','group':1}]}",
          "{'plan':" + PLAN + ",'sealed':{'shardId-000000000003':1700000000},'opened':true}",
          "{'disk':'d','group':'g','members':[{'disk':'d','raft':'a:1','rpc':'a:2'}],'joins':false}",
          "{'group':'g','members':['a'],'lost':null,'added':{'disk':'d','raft':'a:1','rpc':'a:2'}}",
          "{'group':'g','to':'d'}",
          "{'group':'g','disk':'d','members':['a','b'],'lost':['b'],'request':'r'}",
          "{'sealed':{'shardId-000000000003':5},'open':['shardId-000000000004']}",
          PLAN,
          "{'users':[{'name':'shop','id':'AIDA1','policy':null,'serviceAccounts':['a'],'keys':[{'id':'AKIA1','secret':'s',"
              + "'generation':1,'createdAt':'2026-01-01T00:00:00Z','expiresAt':null}]}],"
              + "'tokens':{'issuer':'https://i','audience':'a','keys':'{}'}}");

  @Override
  protected List<byte[]> seeds() {
    return utf8(
        IntStream.range(0, EXAMPLES.size())
            .mapToObj(type -> type + EXAMPLES.get(type).replace('\'', '"'))
            .toArray(String[]::new));
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "null",
        "[null]",
        "{}",
        "[]",
        "\"\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\"",
        "-1",
        "1e400",
        "9223372036854775807",
        "\"streamId\":null,",
        "\"shards\":null,",
        "{\"a\":{\"a\":",
        "[[[[[[[[",
        "true",
        "0",
        "99999999999");
  }

  @Override
  protected void decode(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Class<?> type = TYPES.get(Math.floorMod(input[0] - '0', TYPES.size()));
    Object document =
        new JsonObject(Buffer.buffer(Arrays.copyOfRange(input, 1, input.length))).mapTo(type);
    assertThat(JsonObject.mapFrom(document).mapTo(type)).isEqualTo(document);
    use(document);
  }

  /** As the pod does that got it. */
  private static void use(Object document) {
    switch (document) {
      case PodAssignment(List<PodAssignment.AssignedStream> streams) ->
          streams.forEach(
              stream -> {
                stream.id();
                stream.profile();
                stream.shards().forEach(PodAssignment.AssignedShard::opened);
              });
      case StreamPublication publication -> {
        publication.id();
        publication.held();
        publication
            .over(Optional.of(publication))
            .ifPresent(
                whole -> {
                  whole.definition();
                  whole.routes();
                });
      }
      case ReshardStep step -> {
        if (step.allSealed()) {
          step.creationSecond();
        }
        use(step.plan());
      }
      case ReshardPlan plan -> {
        plan.ref(plan.coordinator());
        plan.opening().forEach(shard -> shard.opened(5));
        plan.groups(plan.born());
      }
      default -> {}
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(DecodeException.class, IllegalArgumentException.class);
  }

  /** A tree of JSON in memory, and twice its conversion by an object mapper. */
  @Override
  protected int bytesPerByte() {
    return 2_048;
  }
}

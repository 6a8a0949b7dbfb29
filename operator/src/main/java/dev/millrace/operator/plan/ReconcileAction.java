// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.identity.WorkloadIdentity;
import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.ShardStatus;
import dev.millrace.operator.pods.PodAddress;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A single change. The actions of a plan are independent of each other: they may be carried out in
 * any order, and an operator that stops between two of them plans again.
 */
public sealed interface ReconcileAction {

  /**
   * Records when a stream was created, in the history that outlives it. The stream's Shards are
   * created in a later pass, once the record was read back.
   *
   * @param name the stream's name
   * @param stream which incarnation of it
   * @param atLeast the earliest second to record, epoch seconds; it becomes a later one if an
   *     earlier stream of the name had it or the ones after it
   */
  record RecordCreation(StreamName name, StreamId stream, long atLeast) implements ReconcileAction {
    @Override
    public String toString() {
      return "record the creation of stream " + name + " (" + stream + ")";
    }
  }

  /**
   * Applies an object.
   *
   * @param resource the object, with its hash
   * @param isRepair whether somebody has edited the one that is there
   */
  record ApplyResource(HasMetadata resource, boolean isRepair) implements ReconcileAction {
    @Override
    public String toString() {
      return "apply " + ObjectKey.of(resource);
    }
  }

  /**
   * Records in a Shard which group is about to be formed on which disks. The group is formed in a
   * later pass, once all Shards of the set were observed with the record. After a lost disk was
   * replaced, it records which disks are members by then.
   *
   * @param shard the Shard object
   * @param resourceVersion of the observed status
   * @param status with group and disks
   */
  record RecordGroup(String shard, String resourceVersion, ShardStatus status)
      implements ReconcileAction {
    @Override
    public String toString() {
      return "record group %s on disks %s in Shard %s"
          .formatted(status.group(), status.recordedDisks(), shard);
    }
  }

  /**
   * Publishes the phase and the address of a shard.
   *
   * @param shard the Shard object
   * @param resourceVersion of the observed status
   * @param status the new one
   */
  record PublishShard(String shard, String resourceVersion, ShardStatus status)
      implements ReconcileAction {
    @Override
    public String toString() {
      return "publish Shard " + shard + " as " + status.phase();
    }
  }

  /**
   * Tells the front of a pod of a stream.
   *
   * @param pod hosts shards of the stream
   * @param publication what it lacks
   */
  record PublishStream(PodAddress pod, StreamPublication publication) implements ReconcileAction {
    @Override
    public String toString() {
      return "publish generation %d with %d new shards at Pod %s"
          .formatted(publication.generation(), publication.added().size(), pod.member());
    }
  }

  /**
   * Begins to seal the shards of a part of a reshard: the point of no return. The creation seconds
   * that its new shards may get are recorded first.
   *
   * @param name the stream's name
   * @param stream which incarnation of it
   * @param atLeast second to record in the stream's history, epoch seconds: above what the leaders'
   *     clocks say now
   * @param pod leads the first closing shard, and completes the reshard by itself from then on
   * @param step what it is asked to do
   */
  record SealShards(
      StreamName name, StreamId stream, long atLeast, PodAddress pod, ReshardStep step)
      implements ReconcileAction {
    @Override
    public String toString() {
      return "seal %d shards for generation %d through Pod %s"
          .formatted(step.plan().closing().size(), step.plan().generation(), pod.member());
    }
  }

  /**
   * Deletes Shards that are no longer needed, with their pod and its volume if that hosts nothing
   * else. While the API server has the StatefulSet only that is deleted; the volume and the Shards
   * follow in a later pass. So whatever is left over still has a Shard that tells why it goes.
   *
   * @param shardSet the StatefulSet; empty if it stays or there is none
   * @param shards names of Shard objects
   */
  record RemoveShards(Optional<String> shardSet, List<String> shards) implements ReconcileAction {
    public RemoveShards {
      shards = List.copyOf(shards);
    }

    @Override
    public String toString() {
      return shardSet.map(set -> "remove StatefulSet " + set + " with ").orElse("remove ")
          + shards.size()
          + " Shards";
    }
  }

  /**
   * Tells people what happened, as an Event of the stream.
   *
   * @param isWarning whether something is wrong
   * @param reason one CamelCase word
   * @param message one sentence
   * @param at when
   */
  record RecordEvent(boolean isWarning, String reason, String message, Instant at)
      implements ReconcileAction {
    @Override
    public String toString() {
      return "record Event " + reason + ": " + message;
    }
  }

  /**
   * Issues a certificate of a stream's pods, with a new key, or takes the next step of a new
   * authority.
   *
   * @param secret holds it
   * @param authority the Secret with the stream's own authority that signs it, which is made if
   *     there is none and replaced before it ends; empty: that of the installation does
   * @param host what it is good for
   * @param identity who has it, in internal calls
   */
  record IssueCertificate(
      ObjectKey secret,
      Optional<ObjectKey> authority,
      String host,
      Optional<WorkloadIdentity> identity)
      implements ReconcileAction {
    @Override
    public String toString() {
      return "issue the certificate in " + secret;
    }
  }

  /**
   * Evicts a pod, so that its StatefulSet makes the one that it wants by now. Unlike a deletion, an
   * eviction is refused while another replica is away.
   *
   * @param uid of the pod: its successor has the same name
   */
  record EvictPod(PodAddress pod, String uid) implements ReconcileAction {
    @Override
    public String toString() {
      return "evict Pod " + pod.name();
    }
  }

  /** Forms a pod's group, or has its disk join one. */
  record FormGroup(PodAddress pod, GroupFormation formation) implements ReconcileAction {
    @Override
    public String toString() {
      return (formation.joins() ? "join group " : "form group ")
          + formation.group()
          + " in Pod "
          + pod.member();
    }
  }

  /**
   * Makes a disk that has joined a member of a group, in the place of a lost one or as one more.
   *
   * @param leader leads the group
   * @param admission which disk comes, which goes, and who the members are before
   */
  record AdmitMember(PodAddress leader, MemberAdmission admission) implements ReconcileAction {
    @Override
    public String toString() {
      return "make disk %s a member of group %s%s through Pod %s"
          .formatted(
              admission.added().disk(),
              admission.group(),
              admission.goes().map(lost -> " in place of disk " + lost).orElse(""),
              leader.member());
    }
  }

  /**
   * Has a group go on from one disk, since a person has accepted that a majority is lost.
   *
   * @param pod has the disk
   * @param loss what was accepted
   */
  record AcceptLoss(PodAddress pod, AcceptedLoss loss) implements ReconcileAction {
    @Override
    public String toString() {
      return "accept the loss of disks %s of group %s, which goes on from disk %s in Pod %s, asked for by '%s'"
          .formatted(loss.lost(), loss.group(), loss.disk(), pod.name(), loss.request());
    }
  }

  /**
   * Has another pod lead a group, so that each pod of a set leads one.
   *
   * @param leader leads the group
   * @param move to whom it goes
   * @param name which group of which set
   */
  record MoveLeader(PodAddress leader, LeaderMove move, GroupName name) implements ReconcileAction {
    @Override
    public String toString() {
      return "have disk %s lead group %s of %s in place of Pod %s"
          .formatted(move.to(), move.group(), name, leader.member());
    }
  }

  /** Sends a pod its assignment. */
  record Assign(PodAddress pod, PodAssignment assignment) implements ReconcileAction {
    @Override
    public String toString() {
      int shards = assignment.streams().stream().mapToInt(stream -> stream.shards().size()).sum();
      return "assign " + shards + " shards to Pod " + pod.member();
    }
  }
}

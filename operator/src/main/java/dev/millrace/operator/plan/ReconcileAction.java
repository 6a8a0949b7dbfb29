package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.ShardStatus;
import dev.millrace.operator.pods.PodAddress;
import dev.millrace.operator.resource.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * One thing to do. The actions of a plan do not lean on each other: any of them may be done, in any
 * order, and whoever dies between two plans again.
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
   * Makes an object what it should be.
   *
   * @param resource the object, with its hash
   */
  record ApplyResource(HasMetadata resource) implements ReconcileAction {
    @Override
    public String toString() {
      return "apply " + ObjectKey.of(resource);
    }
  }

  /**
   * Records in a Shard which group is about to be formed on which disk. The group is formed in a
   * later pass, when all shards of its set were seen to say so.
   *
   * @param shard the Shard object
   * @param resourceVersion of the status that was seen
   * @param status with group and disk
   */
  record RecordGroup(String shard, String resourceVersion, ShardStatus status)
      implements ReconcileAction {
    @Override
    public String toString() {
      return "record group " + status.group() + " on disk " + status.disk() + " in Shard " + shard;
    }
  }

  /**
   * Publishes where a shard is in its life and where it is reached.
   *
   * @param shard the Shard object
   * @param resourceVersion of the status that was seen
   * @param status the new one
   */
  record PublishShard(String shard, String resourceVersion, ShardStatus status)
      implements ReconcileAction {
    @Override
    public String toString() {
      return "publish Shard " + shard + " as " + status.phase();
    }
  }

  /** Forms a pod's group. */
  record FormGroup(PodAddress pod, GroupFormation formation) implements ReconcileAction {
    @Override
    public String toString() {
      return "form group " + formation.group() + " in Pod " + pod.name();
    }
  }

  /** Tells a pod what to host. */
  record Assign(PodAddress pod, PodAssignment assignment) implements ReconcileAction {
    @Override
    public String toString() {
      return "assign " + assignment.shards().size() + " shards to Pod " + pod.name();
    }
  }
}

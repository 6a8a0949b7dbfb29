// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardStatus;
import dev.millrace.operator.plan.ReconcileAction;
import dev.millrace.operator.pods.BoundedCalls;
import dev.millrace.operator.pods.PodAddress;
import dev.millrace.operator.pods.PodAnswer;
import dev.millrace.operator.pods.ShardPods;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Carries out plans. Objects are written by forced server-side apply, since they belong to the
 * operator. Calls block; any thread may call.
 */
public final class StreamActor {
  private static final Logger LOG = Logger.getLogger(StreamActor.class);

  private static final int HTTP_UNPROCESSABLE_CONTENT = 422;

  /** What the API server says about a change of fields that a StatefulSet cannot change. */
  private static final String FIXED = "updates to statefulset spec for fields other than";

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(OwnedMetadata.OPERATOR)
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final ShardPods pods;
  private final BoundedCalls calls;
  private final CreationRecorder creations;
  private final ShardRemover removals;
  private final EventRecorder events;
  private final CertificateIssuer certificates;

  public StreamActor(
      KubernetesClient client,
      ShardPods pods,
      BoundedCalls calls,
      InstallationAuthority installation,
      InstantSource time) {
    this.client = client;
    this.pods = pods;
    this.calls = calls;
    this.creations = new CreationRecorder(client);
    this.removals = new ShardRemover(client);
    this.events = new EventRecorder(client);
    this.certificates = new CertificateIssuer(client, APPLY, installation, time);
  }

  /**
   * Carries out all actions concurrently. An action that was overtaken by another change is left to
   * the next pass.
   */
  public ActionResults act(StreamIdentity stream, List<ReconcileAction> actions) {
    return new ActionResults(
        calls.each(
            actions,
            action -> {
              ActionOutcome outcome = tried(stream, action);
              LOG.infof("stream %s/%s: %s: %s", stream.namespace(), stream.name(), action, outcome);
              return new ActionResult(action, outcome);
            }));
  }

  private ActionOutcome tried(StreamIdentity stream, ReconcileAction action) {
    try {
      return act(stream, action);
    } catch (KubernetesClientException e) {
      // The reconciler retries with growing delays, and the status shows the reason.
      return new ActionOutcome.CallFailed(e);
    }
  }

  private ActionOutcome act(StreamIdentity stream, ReconcileAction action) {
    String namespace = stream.namespace();
    return switch (action) {
      case ReconcileAction.RecordCreation creation -> creations.record(namespace, creation);
      case ReconcileAction.ApplyResource(HasMetadata resource, boolean isRepair) ->
          apply(resource, isRepair);
      case ReconcileAction.RecordGroup(String shard, String version, ShardStatus status) ->
          writeStatus(namespace, shard, version, status);
      case ReconcileAction.PublishShard(String shard, String version, ShardStatus status) ->
          writeStatus(namespace, shard, version, status);
      case ReconcileAction.IssueCertificate issue -> certificates.issue(stream, issue);
      case ReconcileAction.EvictPod(var pod, String uid) -> evict(pod, uid);
      case ReconcileAction.SealShards seal -> seal(namespace, seal);
      case ReconcileAction.RemoveShards removal -> removals.remove(stream, removal);
      case ReconcileAction.RecordEvent event -> events.record(stream, event);
      case ReconcileAction.FormGroup(var pod, var formation) -> of(pods.formGroup(pod, formation));
      case ReconcileAction.AdmitMember(var leader, var admission) ->
          of(pods.admitMember(leader, admission));
      case ReconcileAction.MoveLeader(var leader, var move, var group) ->
          of(pods.moveLeader(leader, move));
      case ReconcileAction.AcceptLoss(var pod, var loss) -> {
        LOG.warnf("stream %s/%s: %s", stream.namespace(), stream.name(), action);
        yield of(pods.acceptLoss(pod, loss));
      }
      case ReconcileAction.Assign(var pod, var assignment) -> of(pods.assign(pod, assignment));
      case ReconcileAction.PublishStream(var pod, var publication) ->
          of(pods.publish(pod, publication));
    };
  }

  /** The creation seconds are recorded first: a leader that has begun cannot be stopped. */
  private ActionOutcome seal(String namespace, ReconcileAction.SealShards seal) {
    ActionOutcome recorded =
        creations.record(
            namespace,
            new ReconcileAction.RecordCreation(seal.name(), seal.stream(), seal.atLeast()));
    return recorded instanceof ActionOutcome.Succeeded
        ? of(pods.reshard(seal.pod(), seal.step()))
        : recorded;
  }

  private ActionOutcome evict(PodAddress pod, String uid) {
    try {
      return client
              .pods()
              .inNamespace(pod.namespace())
              .withName(pod.name())
              .evict(
                  new EvictionBuilder()
                      .withNewMetadata()
                      .withNamespace(pod.namespace())
                      .withName(pod.name())
                      .endMetadata()
                      .withDeleteOptions(
                          new DeleteOptionsBuilder()
                              .withNewPreconditions()
                              .withUid(uid)
                              .endPreconditions()
                              .build())
                      .build())
          ? new ActionOutcome.Succeeded()
          : new ActionOutcome.Declined("the PodDisruptionBudget of %s waits".formatted(pod.name()));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        // It was replaced meanwhile.
        return new ActionOutcome.Overtaken();
      }
      throw e;
    }
  }

  private ActionOutcome apply(HasMetadata resource, boolean isRepair) {
    try {
      client.resource(resource).patch(APPLY);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HTTP_UNPROCESSABLE_CONTENT) {
        throw e;
      }
      if (resource instanceof StatefulSet && String.valueOf(e.getMessage()).contains(FIXED)) {
        // The template of its volumes cannot be changed. Its pod stays, and the next one adopts it.
        client.resource(resource).withPropagationPolicy(DeletionPropagation.ORPHAN).delete();
      } else if (isRepair && !(resource instanceof PersistentVolumeClaim)) {
        // An edited key of a list, such as a port, leaves the edited element beside the applied
        // one.
        client.resource(resource).update();
      } else {
        throw e;
      }
      LOG.infof("replaced %s: %s", ObjectKey.of(resource), e.getMessage());
    }
    return new ActionOutcome.Succeeded();
  }

  /** Replaces the observed version of the status and no other. */
  private ActionOutcome writeStatus(
      String namespace, String name, String version, ShardStatus status) {
    Shard shard = new Shard();
    shard.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withResourceVersion(version)
            .build());
    shard.setStatus(status);
    try {
      client.resource(shard).subresource("status").patch(APPLY);
      return new ActionOutcome.Succeeded();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        // The event of that change triggers the next pass.
        return new ActionOutcome.Overtaken();
      }
      throw e;
    }
  }

  private static ActionOutcome of(PodAnswer answer) {
    return switch (answer) {
      case PodAnswer.Accepted() -> new ActionOutcome.Succeeded();
      case PodAnswer.NotAccepted(String why) -> new ActionOutcome.Declined(why);
    };
  }
}

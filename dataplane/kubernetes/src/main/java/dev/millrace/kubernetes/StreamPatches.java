// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStream;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes the objects of streams by server-side apply, under a field manager of its own and never
 * forced: what Git, an autoscaler or a person owns is theirs.
 *
 * <p>A patch consists of everything that this manager owns, since what it leaves out is removed. It
 * applies only to the version that was read, so that two gateways cannot undo each other's changes.
 *
 * @param client of the cluster
 * @param clock when UpdateShardCount is called
 * @param random ids of reshardRequests
 */
record StreamPatches(KubernetesClient client, InstantSource clock, RandomGenerator random) {
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final String OWNED = "FieldManagerConflict";
  private static final Pattern OWNER = Pattern.compile("conflict with \"([^\"]*)\"");
  private static final String KIND = "KinesisStream";

  /** The object as it is now; empty if it is gone or another has its name. */
  Optional<ManagedObject> read(KinesisStream seen) {
    String path =
        "/apis/%s/%s/namespaces/%s/kinesisstreams/%s"
            .formatted(
                Api.GROUP,
                Api.VERSION,
                seen.getMetadata().getNamespace(),
                seen.getMetadata().getName());
    try {
      return Optional.ofNullable(client.raw(path))
          .map(ManagedObject::parse)
          .filter(now -> now.uid().equals(seen.getMetadata().getUid()));
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  KinesisStream typed(ManagedObject object) {
    return client
        .getKubernetesSerialization()
        .unmarshal(Json.print(object.json()), KinesisStream.class);
  }

  /**
   * Changes an object.
   *
   * @param object as it was read
   * @param from the stream that it describes
   * @param to the stream that is wanted
   * @return the changed object; empty if somebody else has changed it since it was read
   * @throws LogRefusedException if another manager owns what would change
   */
  Optional<KinesisStream> apply(ManagedObject object, StreamDefinition from, StreamDefinition to) {
    KinesisStream typed = typed(object);
    Resource<KinesisStream> resource =
        client
            .resources(KinesisStream.class)
            .inNamespace(typed.getMetadata().getNamespace())
            .withName(typed.getMetadata().getName());
    long now = clock.instant().getEpochSecond();
    String calls = ShardCountCalls.of(typed.getMetadata().getAnnotations(), now).and(now).text();
    List<FieldChange> changes = new StreamChange(from, to).fields(requestId(), calls);
    refuseWhatOthersOwn(object, typed.getMetadata().getName(), changes);
    try {
      ManagedObject adopted = adopt(resource, object);
      Map<String, Object> patch = adopted.ownPatch();
      changes.forEach(change -> change.applyTo(patch));
      return Optional.of(
          resource.patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager(ManagedObject.FIELD_MANAGER)
                  .withForce(false)
                  .build(),
              Json.print(patch)));
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        return Optional.empty();
      }
      if (e.getCode() == CONFLICT) {
        refuseIfOwned(e, typed.getMetadata().getName());
        return Optional.empty();
      }
      throw e;
    }
  }

  private String requestId() {
    return "%016x%016x".formatted(random.nextLong(), random.nextLong());
  }

  private ManagedObject adopt(Resource<KinesisStream> resource, ManagedObject object) {
    Optional<String> adoption = object.adoption();
    if (adoption.isEmpty()) {
      return object;
    }
    KinesisStream adopted = resource.patch(PatchContext.of(PatchType.JSON), adoption.get());
    return read(adopted).orElse(object);
  }

  /** The API server reports no conflict where a field is removed that another manager owns. */
  private static void refuseWhatOthersOwn(
      ManagedObject object, String name, List<FieldChange> changes) {
    for (FieldChange change : changes) {
      switch (change) {
        case FieldChange.Remove(FieldPath path) -> {
          List<String> owners = object.otherOwners(path);
          if (!owners.isEmpty()) {
            throw refusal(owned(path.toString(), name, String.join(" and ", owners)), null);
          }
        }
        case FieldChange.Put put -> {}
        case FieldChange.AddItem add -> {}
        case FieldChange.Release release -> {}
      }
    }
  }

  private static void refuseIfOwned(KubernetesClientException e, String name) {
    List<StatusCause> owned =
        Optional.ofNullable(e.getStatus().getDetails())
            .map(StatusDetails::getCauses)
            .orElse(List.of())
            .stream()
            .filter(cause -> OWNED.equals(cause.getReason()))
            .toList();
    if (!owned.isEmpty()) {
      throw refusal(
          owned.stream()
              .map(cause -> owned(cause.getField().replaceFirst("^\\.", ""), name, owner(cause)))
              .collect(Collectors.joining(", ")),
          e);
    }
  }

  private static String owned(String field, String name, String owner) {
    return "%s of %s %s is owned by %s".formatted(field, KIND, name, owner);
  }

  private static String owner(StatusCause cause) {
    Matcher matcher = OWNER.matcher(cause.getMessage());
    return matcher.find() ? matcher.group(1) : cause.getMessage();
  }

  private static LogRefusedException refusal(String owned, @Nullable Throwable cause) {
    return new LogRefusedException(Reason.NOT_ALLOWED, owned + "; change it there", cause);
  }
}

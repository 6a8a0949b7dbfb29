// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.StreamConsumer;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns changes of a stream's consumers into changes of StreamConsumer objects. Calls block.
 *
 * @param client of the cluster
 * @param view holds what was written afterwards
 */
record ConsumerWriter(KubernetesClient client, StreamView view) {
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  /**
   * Changes objects until the stream has the consumers that are wanted.
   *
   * @param seen the stream as its caller saw it
   */
  Outcome write(StreamView.CachedStream seen, StreamDefinition wanted) {
    for (ConsumerChange change :
        ConsumerChange.between(seen.entry().definition().consumers(), wanted.consumers())) {
      boolean isDone =
          switch (change) {
            case ConsumerChange.Register(ConsumerDefinition consumer) ->
                register(seen.object(), consumer);
            case ConsumerChange.Deregister(ConsumerDefinition consumer) ->
                seen.consumer(consumer.name()).map(this::deregister).orElse(false);
            case ConsumerChange.Redescribe(ConsumerDefinition before, ConsumerDefinition after) ->
                seen.consumer(after.name())
                    .map(object -> edit(object, before, after))
                    .orElse(false);
          };
      if (!isDone) {
        // The view holds what is there now, and the caller decides again.
        return new Outcome.RevisionConflict(0);
      }
    }
    return new Outcome.Replaced(seen.entry().revision());
  }

  private boolean register(KinesisStream stream, ConsumerDefinition consumer) {
    for (String name : ConsumerManifests.names(stream, consumer.name())) {
      StreamConsumer manifest = ConsumerManifests.of(stream, consumer, name);
      try {
        StreamConsumer created =
            client
                .getKubernetesSerialization()
                .unmarshal(
                    client.raw(
                        path(manifest, "") + "?fieldManager=" + ConsumerPatch.FIELD_MANAGER,
                        "POST",
                        manifest),
                    StreamConsumer.class);
        accept(created);
        return true;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT) {
          throw e;
        }
        Optional<StreamConsumer> holder = Optional.ofNullable(resource(manifest).get());
        holder.ifPresent(view::accept);
        boolean isSame =
            holder
                .map(StreamConsumer::getSpec)
                .filter(
                    spec ->
                        Objects.equals(manifest.getSpec().streamRef(), spec.streamRef())
                            && consumer.name().equals(spec.consumerName()))
                .isPresent();
        if (isSame || holder.isEmpty()) {
          return false;
        }
      }
    }
    throw new LogRefusedException(
        Reason.NOT_LEADER,
        "other StreamConsumers have the names %s"
            .formatted(ConsumerManifests.names(stream, consumer.name())),
        null);
  }

  /**
   * Takes a new consumer unless an earlier one of its name was created in the same second or, by a
   * clock that was set back, later: it would have the same ARN. The client retries.
   */
  private void accept(StreamConsumer created) {
    long second = Instant.parse(created.getMetadata().getCreationTimestamp()).getEpochSecond();
    Optional<Long> former = view.formerSecond(created);
    if (former.isPresent() && second <= former.get()) {
      delete(created);
      view.remove(created);
      throw new LogRefusedException(
          Reason.NOT_LEADER,
          "consumer %s existed until a moment ago".formatted(ConsumerView.nameOf(created)),
          null);
    }
    view.accept(created);
  }

  private boolean deregister(StreamConsumer object) {
    try {
      delete(object);
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT && e.getCode() != NOT_FOUND) {
        throw e;
      }
      refresh(object);
      return false;
    }
    refresh(object);
    return true;
  }

  private void delete(StreamConsumer object) {
    DeleteOptions options =
        new DeleteOptionsBuilder()
            .withNewPreconditions(null, object.getMetadata().getUid())
            .build();
    client.raw(path(object, "/" + object.getMetadata().getName()), "DELETE", options);
  }

  private void refresh(StreamConsumer object) {
    StreamConsumer now = resource(object).get();
    if (now == null || !now.getMetadata().getUid().equals(object.getMetadata().getUid())) {
      view.remove(object);
    }
    if (now != null) {
      view.accept(now);
    }
  }

  private boolean edit(StreamConsumer seen, ConsumerDefinition before, ConsumerDefinition after) {
    StreamConsumer now = resource(seen).get();
    if (now == null || !now.getMetadata().getUid().equals(seen.getMetadata().getUid())) {
      view.remove(seen);
      return false;
    }
    view.accept(now);
    if (!now.getSpec().equals(seen.getSpec())) {
      return false;
    }
    try {
      ConsumerPatch patch = new ConsumerPatch(now);
      patch.checkOwners(before, after);
      Optional<String> adoption = patch.adoption();
      if (adoption.isPresent()) {
        resource(now).patch(PatchContext.of(PatchType.JSON), adoption.get());
        now = resource(now).require();
      }
      view.accept(
          client
              .resource(new ConsumerPatch(now).of(after))
              .patch(
                  new PatchContext.Builder()
                      .withPatchType(PatchType.SERVER_SIDE_APPLY)
                      .withFieldManager(ConsumerPatch.FIELD_MANAGER)
                      .withForce(false)
                      .build()));
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        ConsumerPatch.refuseIfOwned(e);
        return false;
      }
      throw e;
    }
  }

  private Resource<StreamConsumer> resource(StreamConsumer object) {
    return client
        .resources(StreamConsumer.class)
        .inNamespace(object.getMetadata().getNamespace())
        .withName(object.getMetadata().getName());
  }

  private static String path(StreamConsumer object, String rest) {
    return "/apis/%s/%s/namespaces/%s/streamconsumers%s"
        .formatted(Api.GROUP, Api.VERSION, object.getMetadata().getNamespace(), rest);
  }
}

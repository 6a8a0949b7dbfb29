// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerSpec;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A change of tags and policy of a consumer by server-side apply, never forced. A patch has to name
 * everything that this manager owns, since what it leaves out is removed, and nothing else, since
 * that would be owned from then on.
 *
 * @param object as it was read just now
 */
record ConsumerPatch(StreamConsumer object) {
  /** Under this name all changes are written that come through the Kinesis API. */
  static final String FIELD_MANAGER = "millrace-api";

  private static final String APPLY = "Apply";
  private static final String UPDATE = "Update";
  private static final String OWNED = "FieldManagerConflict";
  private static final String TAGS = "tags";
  private static final String POLICY = "resourcePolicy";

  private static boolean isOurs(ManagedFieldsEntry entry) {
    return FIELD_MANAGER.equals(entry.getManager()) && entry.getSubresource() == null;
  }

  private List<ManagedFieldsEntry> entries() {
    return object.getMetadata().getManagedFields();
  }

  /** Whether an entry contains a field of the spec, such as {@code tags}, {@code team}. */
  private static boolean owns(ManagedFieldsEntry entry, String... path) {
    Object at = entry.getFieldsV1() == null ? null : entry.getFieldsV1().getAdditionalProperties();
    at = at instanceof Map<?, ?> fields ? fields.get("f:spec") : null;
    for (String name : path) {
      at = at instanceof Map<?, ?> fields ? fields.get("f:" + name) : null;
    }
    return at != null;
  }

  private boolean isOurs(String... path) {
    return entries().stream().anyMatch(entry -> isOurs(entry) && owns(entry, path));
  }

  private String otherOwners(String... path) {
    return entries().stream()
        .filter(entry -> !isOurs(entry) && owns(entry, path))
        .map(ManagedFieldsEntry::getManager)
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  /**
   * Refuses to remove what another manager owns, which the API server would silently leave as it
   * is.
   */
  void checkOwners(ConsumerDefinition before, ConsumerDefinition after) {
    for (String tag : before.tags().keySet()) {
      if (!after.tags().containsKey(tag)) {
        checkOwners(otherOwners(TAGS, tag), "spec.tags." + tag);
      }
    }
    if (before.policy().isPresent() && after.policy().isEmpty()) {
      checkOwners(otherOwners(POLICY), "spec." + POLICY);
    }
  }

  private void checkOwners(String others, String field) {
    if (!others.isEmpty()) {
      throw refusal(
          "%s of StreamConsumer %s is owned by %s"
              .formatted(field, object.getMetadata().getName(), others),
          null);
    }
  }

  /** What the API server says about fields that other managers own. */
  static void refuseIfOwned(KubernetesClientException e) {
    List<StatusCause> causes =
        Optional.ofNullable(e.getStatus().getDetails())
            .map(StatusDetails::getCauses)
            .orElse(List.of());
    String owned =
        causes.stream()
            .filter(cause -> OWNED.equals(cause.getReason()))
            .map(cause -> cause.getField().replaceFirst("^\\.", "") + ": " + cause.getMessage())
            .collect(Collectors.joining(", "));
    if (!owned.isEmpty()) {
      throw refusal(owned, e);
    }
  }

  private static LogRefusedException refusal(String owned, @Nullable Throwable cause) {
    return new LogRefusedException(Reason.NOT_ALLOWED, owned + "; change it there", cause);
  }

  /**
   * The JSON patch that turns what this manager has created into what it has applied. The API
   * server takes the two for different owners, and an apply would conflict with our own creation.
   *
   * @return empty if there is nothing to turn
   */
  Optional<String> adoption() {
    for (int i = 0; i < entries().size(); i++) {
      if (isOurs(entries().get(i)) && UPDATE.equals(entries().get(i).getOperation())) {
        return Optional.of(
            """
            [{"op":"replace","path":"/metadata/managedFields/%d/operation","value":"%s"},
             {"op":"replace","path":"/metadata/resourceVersion","value":"%s"}]
            """
                .formatted(i, APPLY, object.getMetadata().getResourceVersion()));
      }
    }
    return Optional.empty();
  }

  /** The patch, which applies to this version of the object only. */
  StreamConsumer of(ConsumerDefinition after) {
    boolean isOurObject = isOurs("consumerName");
    StreamConsumerSpec spec = object.getSpec();
    StreamConsumer patch = new StreamConsumer();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(object.getMetadata().getName())
            .withNamespace(object.getMetadata().getNamespace())
            .withUid(object.getMetadata().getUid())
            .withResourceVersion(object.getMetadata().getResourceVersion())
            .withOwnerReferences(
                isOurObject ? object.getMetadata().getOwnerReferences() : List.of())
            .build());
    patch.setSpec(
        new StreamConsumerSpec(
            isOurObject ? spec.streamRef() : null,
            null,
            isOurObject ? spec.consumerName() : null,
            tags(after),
            policy(after)));
    return patch;
  }

  private @Nullable Map<String, String> tags(ConsumerDefinition after) {
    Map<String, String> now = Optional.ofNullable(object.getSpec().tags()).orElse(Map.of());
    SortedMap<String, String> patched = new TreeMap<>();
    after
        .tags()
        .forEach(
            (tag, value) -> {
              if (isOurs(TAGS, tag) || !value.equals(now.get(tag))) {
                patched.put(tag, value);
              }
            });
    return patched.isEmpty() ? null : patched;
  }

  private @Nullable String policy(ConsumerDefinition after) {
    String wanted = after.policy().orElse(null);
    return isOurs(POLICY) || (wanted != null && !wanted.equals(object.getSpec().resourcePolicy()))
        ? wanted
        : null;
  }
}

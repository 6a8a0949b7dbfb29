// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.core.identity.UserDirectory;
import dev.millrace.crds.StreamUser;
import dev.millrace.crds.StreamUserSpec;
import dev.millrace.operator.act.AccessKeyGenerator;
import dev.millrace.operator.act.ServiceAccountIssuer;
import dev.millrace.operator.act.UserSecrets;
import dev.millrace.operator.act.UserSecrets.StoredDirectory;
import dev.millrace.operator.act.UserStatusWriter;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.plan.UserDirectoryPlanner;
import dev.millrace.operator.plan.UserDirectoryPlanner.DeclaredUser;
import dev.millrace.operator.plan.UserDirectoryPlanner.DirectoryPlan;
import dev.millrace.operator.plan.UserDirectoryPlanner.UserState;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.status.UserStatuses;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reconciles users: the directory of their namespace, which the fronts read, and the Secret of
 * each. A pass over one user writes the directory for all users of the namespace, also the pass
 * after a user was deleted.
 */
@ControllerConfiguration(
    name = StreamUserReconciler.NAME,
    fieldManager = OwnedMetadata.OPERATOR,
    triggerReconcilerOnAllEvents = true,
    informer = @Informer(informerListLimit = Watches.PAGE_OBJECTS))
@GradualRetry(
    maxAttempts = KinesisStreamReconciler.RETRY_FOR_EVER,
    initialInterval = KinesisStreamReconciler.FIRST_RETRY_MILLIS,
    maxInterval = KinesisStreamReconciler.LAST_RETRY_MILLIS)
@RateLimited(maxReconciliations = KinesisStreamReconciler.MOST_PASSES_PER_SECOND, within = 1)
public final class StreamUserReconciler implements Reconciler<StreamUser> {
  /** The controller's name in settings, logs and health. */
  public static final String NAME = "streamuser";

  /** A kubelet looks at mounted Secrets once in up to 90 s, and a front at files each 10 s. */
  static final Duration SPREADING = Duration.ofMinutes(2);

  /** Characters of a user's id behind AIDA, hexadecimal: 68 bits. */
  private static final int ID_LENGTH = 17;

  private final UserSecrets secrets;
  private final ServiceAccountIssuer issuer;
  private final UserDirectoryPlanner planner;
  private final InstantSource time;

  @Inject
  public StreamUserReconciler(
      OperatorSettings settings,
      KubernetesClient client,
      InstantSource time,
      AccessKeyGenerator keys) {
    this(settings, client, time, keys, SPREADING);
  }

  /**
   * @param spreading how long it takes until all fronts know a key
   */
  StreamUserReconciler(
      OperatorSettings settings,
      KubernetesClient client,
      InstantSource time,
      AccessKeyGenerator keys,
      Duration spreading) {
    this.secrets = new UserSecrets(client, settings);
    this.issuer = new ServiceAccountIssuer(client);
    this.planner = new UserDirectoryPlanner(spreading, keys);
    this.time = time;
  }

  @Override
  public UpdateControl<StreamUser> reconcile(StreamUser user, Context<StreamUser> context) {
    Instant now = time.instant();
    String namespace = user.getMetadata().getNamespace();
    boolean isDeleted = context.isPrimaryResourceDeleted();
    Optional<StoredDirectory> stored = secrets.directory(namespace);
    DirectoryPlan plan =
        planner.plan(
            declared(user, isDeleted, stored, context),
            stored.map(StoredDirectory::directory),
            issuer.find(now),
            now);
    if (!stored.map(StoredDirectory::directory).equals(Optional.of(plan.directory()))) {
      secrets.write(namespace, stored, plan.directory());
    }
    return isDeleted
        ? UpdateControl.noUpdate()
        : give(
            user,
            Objects.requireNonNull(plan.states().get(user.getMetadata().getName())),
            context,
            now);
  }

  private UpdateControl<StreamUser> give(
      StreamUser user, UserState planned, Context<StreamUser> context, Instant now) {
    String secret = UserSecrets.nameOf(user.getMetadata().getName());
    boolean isTaken = planned.key().isPresent() && !secrets.give(user, planned.key().get());
    UserState state = isTaken ? planned.withTakenSecret(secret) : planned;
    UserStatuses.change(user, secret, state.key(), state.ready(), now)
        .ifPresent(status -> UserStatusWriter.write(user, status, context.resourceOperations()));
    // Also when nothing changes: somebody may have deleted a Secret, and the issuer has new keys.
    return UpdateControl.<StreamUser>noUpdate()
        .rescheduleAfter(
            state
                .recheckAfter()
                .filter(after -> after.compareTo(ServiceAccountIssuer.INTERVAL) < 0)
                .orElse(ServiceAccountIssuer.INTERVAL));
  }

  private List<DeclaredUser> declared(
      StreamUser user,
      boolean isDeleted,
      Optional<StoredDirectory> stored,
      Context<StreamUser> context) {
    Set<String> listed =
        stored.stream()
            .flatMap(is -> is.directory().users().stream())
            .map(UserDirectory.ListedUser::id)
            .collect(Collectors.toSet());
    List<StreamUser> users = new ArrayList<>();
    String name = user.getMetadata().getName();
    context
        .getPrimaryCache()
        .list(user.getMetadata().getNamespace(), each -> !each.getMetadata().getName().equals(name))
        .forEach(users::add);
    Stream<StreamUser> all =
        isDeleted ? users.stream() : Stream.concat(Stream.of(user), users.stream());
    return all.filter(each -> each.getMetadata().getDeletionTimestamp() == null)
        .map(each -> declared(each, listed))
        .toList();
  }

  private DeclaredUser declared(StreamUser user, Set<String> listed) {
    StreamUserSpec spec =
        Objects.requireNonNullElseGet(
            user.getSpec(), () -> new StreamUserSpec(null, null, null, null));
    String id = id(user);
    return new DeclaredUser(
        user.getMetadata().getName(),
        id,
        user.getMetadata().getCreationTimestamp(),
        spec.policy(),
        Objects.requireNonNullElse(spec.serviceAccounts(), List.of()),
        Objects.requireNonNullElse(spec.keyGeneration(), 1),
        Duration.ofSeconds(Objects.requireNonNullElse(spec.keyOverlapSeconds(), 86_400)),
        listed.contains(id) ? Optional.empty() : secrets.held(user));
  }

  private static String id(StreamUser user) {
    String uid = user.getMetadata().getUid().replace("-", "").toUpperCase(Locale.ROOT);
    return "AIDA" + uid.substring(0, Math.min(ID_LENGTH, uid.length()));
  }
}

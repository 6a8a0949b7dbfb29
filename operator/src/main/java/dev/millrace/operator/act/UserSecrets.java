// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.identity.UserDirectory.ListedKey;
import dev.millrace.crds.Api;
import dev.millrace.crds.StreamUser;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.resource.OwnedMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets of users: one for the fronts of a namespace, which knows all users, and one for each
 * user, which pods of applications use.
 *
 * @param settings region and endpoint
 */
public record UserSecrets(KubernetesClient client, OperatorSettings settings) {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String KEY_ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
  private static final String KEY_GENERATION = Api.GROUP + "/key-generation";
  private static final String KEY_CREATED = Api.GROUP + "/key-created";
  private static final String CA = "ca.crt";

  /** A directory as it was read. */
  public record StoredDirectory(UserDirectory directory, String resourceVersion) {}

  /** The name of a user's Secret. */
  public static String nameOf(String user) {
    return "millrace-user-" + user;
  }

  /**
   * Reads the directory of a namespace.
   *
   * @throws IllegalStateException if it is none: somebody else wrote it, and a person has to look
   */
  public Optional<StoredDirectory> directory(String namespace) {
    Secret secret = get(namespace, UserDirectory.SECRET);
    if (secret == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new StoredDirectory(
              JSON.readValue(text(secret, UserDirectory.FILE).orElse(""), UserDirectory.class),
              secret.getMetadata().getResourceVersion()));
    } catch (JsonProcessingException e) {
      // The message would quote secrets.
      throw new IllegalStateException(
          "%s of the Secret %s in namespace %s is no directory of users; delete the Secret to have it made again from the Secrets of the users"
              .formatted(UserDirectory.FILE, UserDirectory.SECRET, namespace));
    }
  }

  /** Writes a directory over what was read; fails if somebody else wrote meanwhile. */
  public void write(String namespace, Optional<StoredDirectory> before, UserDirectory directory) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(UserDirectory.SECRET)
            .withResourceVersion(before.map(StoredDirectory::resourceVersion).orElse(null))
            .addToLabels(OwnedMetadata.MANAGED_BY, OwnedMetadata.OPERATOR)
            .endMetadata()
            .withType("Opaque")
            .addToStringData(UserDirectory.FILE, json(directory))
            .build();
    if (before.isPresent()) {
      client.resource(secret).update();
    } else {
      client.resource(secret).create();
    }
  }

  private static String json(UserDirectory directory) {
    try {
      return JSON.writeValueAsString(directory);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a directory can always be written", e);
    }
  }

  /** The key that a user's Secret holds, if it is this user's. */
  public Optional<ListedKey> held(StreamUser user) {
    Secret secret = get(namespace(user), nameOf(user.getMetadata().getName()));
    if (secret == null || !isOf(secret, user)) {
      return Optional.empty();
    }
    Optional<String> id = text(secret, KEY_ID);
    Optional<String> key = text(secret, SECRET_KEY);
    Map<String, String> notes =
        Objects.requireNonNullElse(secret.getMetadata().getAnnotations(), Map.of());
    String generation = notes.get(KEY_GENERATION);
    String created = notes.get(KEY_CREATED);
    if (id.isEmpty() || key.isEmpty() || generation == null || created == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ListedKey(
              id.get(),
              key.get(),
              Long.parseLong(generation),
              Instant.parse(created).toString(),
              null));
    } catch (NumberFormatException | DateTimeException e) {
      // Somebody changed the annotations. The user gets another key; the others must not wait.
      return Optional.empty();
    }
  }

  /**
   * Gives a key to a user.
   *
   * @return false if its Secret belongs to somebody else
   */
  public boolean give(StreamUser user, ListedKey key) {
    String namespace = namespace(user);
    Secret before = get(namespace, nameOf(user.getMetadata().getName()));
    if (before != null && !isOf(before, user)) {
      return false;
    }
    Map<String, String> data = data(namespace, key);
    if (before != null && data.equals(texts(before))) {
      return true;
    }
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(nameOf(user.getMetadata().getName()))
            .withResourceVersion(before == null ? null : before.getMetadata().getResourceVersion())
            .addToLabels(OwnedMetadata.MANAGED_BY, OwnedMetadata.OPERATOR)
            .addToAnnotations(KEY_GENERATION, Long.toString(key.generation()))
            .addToAnnotations(KEY_CREATED, key.createdAt())
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(Api.GROUP + "/" + Api.VERSION)
                    .withKind("StreamUser")
                    .withName(user.getMetadata().getName())
                    .withUid(user.getMetadata().getUid())
                    .withController(true)
                    .build())
            .endMetadata()
            .withType("Opaque")
            .withStringData(data)
            .build();
    if (before == null) {
      client.resource(secret).create();
    } else {
      client.resource(secret).update();
    }
    return true;
  }

  private Map<String, String> data(String namespace, ListedKey key) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(KEY_ID, key.id());
    data.put(SECRET_KEY, key.secret());
    data.put("AWS_ENDPOINT_URL_KINESIS", settings.endpointIn(namespace));
    data.put("AWS_ENDPOINT_URL_STS", settings.endpointIn(namespace));
    data.put("AWS_REGION", settings.region());
    data.put("AWS_DEFAULT_REGION", settings.region());
    settings
        .tlsSecret()
        .map(name -> get(namespace, name))
        .flatMap(tls -> text(tls, CA))
        .ifPresent(ca -> data.put(CA, ca));
    return data;
  }

  private static boolean isOf(Secret secret, StreamUser user) {
    return secret.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(user.getMetadata().getUid()));
  }

  private @Nullable Secret get(String namespace, String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  private static String namespace(StreamUser user) {
    return user.getMetadata().getNamespace();
  }

  private static Map<String, String> texts(Secret secret) {
    Map<String, String> texts = new LinkedHashMap<>();
    Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
        .forEach((name, value) -> texts.put(name, decoded(value)));
    return texts;
  }

  private static Optional<String> text(Secret secret, String name) {
    return Optional.ofNullable(secret.getData())
        .map(data -> data.get(name))
        .map(UserSecrets::decoded);
  }

  private static String decoded(String value) {
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }
}

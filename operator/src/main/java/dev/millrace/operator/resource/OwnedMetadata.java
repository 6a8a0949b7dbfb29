// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.millrace.crds.Api;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Metadata of the objects that a stream owns: labels, annotations, owner reference and hash. */
public final class OwnedMetadata {
  /** The label of every object of the operator. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** The value of {@link #MANAGED_BY}, and the field manager of all writes. */
  public static final String OPERATOR = "millrace-operator";

  /** Annotation with the full name of the KinesisStream, which may be too long for a label. */
  public static final String STREAM_NAME = Api.GROUP + "/stream-name";

  /**
   * Annotation with the hash of the object as it was last applied. An object with the same hash is
   * not applied again.
   */
  public static final String APPLIED_HASH = Api.GROUP + "/applied-hash";

  private static final int HASH_BYTES = 12;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private OwnedMetadata() {}

  /** The labels that select the pods of a shard set. */
  static Map<String, String> selector(ResourceNames names, String shardSet) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(Api.STREAM_LABEL, names.label());
    labels.put(Api.SHARD_SET_LABEL, shardSet);
    return labels;
  }

  /** The labels of everything that belongs to a stream. */
  static Map<String, String> labels(ResourceNames names) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("app.kubernetes.io/name", "millrace");
    labels.put("app.kubernetes.io/component", "shard");
    labels.put(MANAGED_BY, OPERATOR);
    labels.put(Api.STREAM_LABEL, names.label());
    return labels;
  }

  /** The labels of everything that belongs to a shard set. */
  static Map<String, String> labels(ResourceNames names, String shardSet) {
    Map<String, String> labels = labels(names);
    labels.put(Api.SHARD_SET_LABEL, shardSet);
    return labels;
  }

  /** The metadata of an object that goes with the KinesisStream. */
  static ObjectMeta owned(StreamIdentity stream, String name, Map<String, String> labels) {
    return metadata(stream, name, labels, owner("KinesisStream", stream, stream.uid()));
  }

  /**
   * The metadata of an object that goes with the records.
   *
   * @param storageUid of the stream's StreamStorage
   */
  static ObjectMeta ownedByStorage(
      StreamIdentity stream, String storageUid, String name, Map<String, String> labels) {
    return metadata(stream, name, labels, owner("StreamStorage", stream, storageUid));
  }

  /**
   * The metadata of a StreamStorage.
   *
   * @param isRetained whether it stays when the KinesisStream goes
   */
  static ObjectMeta ofStorage(
      StreamIdentity stream, boolean isRetained, Map<String, String> labels) {
    return isRetained
        ? metadata(stream, stream.name(), labels)
        : owned(stream, stream.name(), labels);
  }

  private static ObjectMeta metadata(
      StreamIdentity stream, String name, Map<String, String> labels, OwnerReference... owners) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(stream.namespace())
        .withLabels(labels)
        .addToAnnotations(STREAM_NAME, stream.name())
        .withOwnerReferences(owners)
        .build();
  }

  /** Both kinds of owners have the name of the stream's object. */
  private static OwnerReference owner(String kind, StreamIdentity stream, String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion(Api.GROUP + "/" + Api.VERSION)
        .withKind(kind)
        .withName(stream.name())
        .withUid(uid)
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  /** Adds the hash of an object to it. */
  static <T extends HasMetadata> T hashed(T built) {
    built.getMetadata().getAnnotations().put(APPLIED_HASH, hash(built));
    return built;
  }

  /** The hash in the annotation of an object. */
  public static String hashOf(HasMetadata built) {
    return built.getMetadata().getAnnotations().getOrDefault(APPLIED_HASH, "");
  }

  /** Twenty-four hexadecimal digits that differ for different objects. */
  static String hash(Object built) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(JSON.writeValueAsBytes(built));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an object that we built has no JSON", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

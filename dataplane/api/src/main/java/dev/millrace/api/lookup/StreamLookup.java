// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.lookup;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import java.util.Optional;

/**
 * Finds the stream that a request names, and creates the errors about it.
 *
 * @param catalogue the streams
 * @param region part of ARNs
 * @param account 12 digits
 */
public record StreamLookup(StreamCatalogue catalogue, String region, String account) {

  /** The stream's ARN. */
  public String arn(StreamName name) {
    return "arn:aws:kinesis:" + region + ":" + account + ":stream/" + name;
  }

  /**
   * Finds a stream by name, ARN or both.
   *
   * @param name the request's StreamName
   * @param arn the request's StreamARN
   */
  public Checked<CatalogueEntry> find(Optional<String> name, Optional<String> arn) {
    if (arn.isEmpty()) {
      return name.<Checked<CatalogueEntry>>map(this::byName)
          .orElseGet(
              () ->
                  Checked.bad(
                      KinesisError.invalidArgument(
                          "Neither streamARN nor streamName was provided")));
    }
    String inArn = arn.get().substring(arn.get().indexOf(":stream/") + ":stream/".length());
    if (name.isPresent() && !name.get().equals(inArn)) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "StreamName %s and StreamARN %s do not agree"
                  .formatted(name.get(), Excerpt.of(arn.get()))));
    }
    if (!StreamName.isValid(inArn) || !arn.get().equals(arn(new StreamName(inArn)))) {
      String[] parts = arn.get().split(":", -1);
      return Checked.bad(
          KinesisError.notFound(
              "Stream %s under account %s not found."
                  .formatted(Excerpt.of(inArn), Excerpt.of(parts[4]))));
    }
    return byName(inArn);
  }

  private Checked<CatalogueEntry> byName(String name) {
    return StreamName.isValid(name)
        ? catalogue
            .find(new StreamName(name))
            .map(Checked::good)
            .orElseGet(() -> Checked.bad(notFound(name)))
        : Checked.bad(notFound(name));
  }

  /** Whether a stream chooses the shards of its records itself; false for an unknown stream. */
  public boolean distributes(Optional<String> name, Optional<String> arn) {
    return find(name, arn)
        .fold(
            entry -> entry.definition().settings().distribution() == RecordDistribution.AUTO,
            error -> false);
  }

  /** Finds a stream whose records can be written and read: ACTIVE or UPDATING. */
  public Checked<StreamDefinition> findServing(Optional<String> name, Optional<String> arn) {
    return find(name, arn)
        .then(
            entry ->
                entry.definition().isServing()
                    ? Checked.good(entry.definition())
                    : Checked.bad(notFound(entry.definition().name().text())));
  }

  /** Finds a shard of a stream by the text of its id. */
  public Checked<ShardDefinition> shard(StreamDefinition stream, String text) {
    return shardId(stream.name().text(), text)
        .then(
            id ->
                stream
                    .shape()
                    .find(id)
                    .map(Checked::good)
                    .orElseGet(() -> Checked.bad(missing(stream, id))));
  }

  /** Indexes are not used twice: one that was not given yet may be a shard of the next shape. */
  private KinesisError missing(StreamDefinition stream, ShardId shard) {
    return catalogue.mayLag() && shard.index() >= stream.shape().nextIndex()
        ? KinesisError.unavailable(
            "Shard %s of stream %s is not known here yet.".formatted(shard, stream.name()))
        : shardNotFound(stream.name().text(), shard);
  }

  /** Parses a shard's id; the stream need not exist. */
  public Checked<ShardId> shardId(String stream, String text) {
    return ShardId.parse(text)
        .map(Checked::good)
        .orElseGet(
            () ->
                Checked.bad(
                    KinesisError.notFound(
                        "Could not find shard %s in stream %s under account %s."
                            .formatted(text, Excerpt.of(stream), account))));
  }

  /** The stream name in a request that contains it or an ARN; empty when it contains neither. */
  public static String nameIn(Optional<String> name, Optional<String> arn) {
    return name.or(() -> arn.map(text -> text.substring(text.lastIndexOf('/') + 1))).orElse("");
  }

  /** The service's error for a stream that does not exist. */
  public KinesisError notFound(String name) {
    return KinesisError.notFound(
        "Stream " + Excerpt.of(name) + " under account " + account + " not found.");
  }

  /** The service's error for a shard that does not exist. */
  public KinesisError shardNotFound(String stream, ShardId shard) {
    return KinesisError.notFound(
        "Shard %s in stream %s under account %s does not exist"
            .formatted(shard, Excerpt.of(stream), account));
  }

  /** The service's error for a shard whose throughput is exceeded. */
  public KinesisError rateExceeded(StreamName stream, ShardId shard) {
    return new KinesisError(
        KinesisError.Name.PROVISIONED_THROUGHPUT_EXCEEDED,
        "Rate exceeded for shard %s in stream %s under account %s."
            .formatted(shard, stream, account));
  }

  /** A consumer's ARN. */
  public String consumerArn(StreamDefinition stream, ConsumerDefinition consumer) {
    return "%s/consumer/%s:%d"
        .formatted(arn(stream.name()), consumer.name(), consumer.creationSecond());
  }

  /**
   * The error for a consumer that does not exist, in moto's wording, since the service's is not
   * documented.
   */
  public KinesisError consumerNotFound(String arn) {
    return KinesisError.notFound(
        "Consumer " + Excerpt.of(arn) + ", account " + account + " not found.");
  }

  /** The service's error for a stream that is not in the state that the call requires. */
  public KinesisError notActive(StreamDefinition stream) {
    return KinesisError.inUse(
        "Stream %s under account %s not ACTIVE, instead in state %s"
            .formatted(stream.name(), account, stream.status()));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.access;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.PageToken;
import dev.millrace.core.consumer.ShardIterator;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import dev.millrace.policy.KinesisAction;
import dev.millrace.policy.PolicyResource;
import dev.millrace.policy.ResourceType;
import dev.millrace.protocol.schema.Structure;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what a request acts on. Where a request names nothing that could be, such as an iterator
 * that is none, there is nothing to decide: its action refuses it.
 *
 * @param streams the streams of the account
 * @param signer decodes iterators and page tokens, which name streams too
 */
record RequestedResource(StreamLookup streams, TokenSigner signer) {
  private static final String CONSUMER = "/consumer/";

  /**
   * What is known of a resource; of one that does not exist, its ARN.
   *
   * @param policy its resource policy, if it has one
   */
  record Target(String arn, Optional<String> policy, Map<String, String> tags) {
    private Target(String arn) {
      this(arn, Optional.empty(), Map.of());
    }
  }

  Optional<Target> of(KinesisAction action, Structure input) {
    if (action.resourceTypes().isEmpty()) {
      return Optional.of(new Target(PolicyResource.ALL));
    }
    Optional<String> named = input.text("ResourceARN").or(() -> input.text("ConsumerARN"));
    if (named.isPresent()) {
      return named.map(this::byArn);
    }
    Optional<Target> stream = stream(input);
    return action.resourceTypes().contains(ResourceType.STREAM)
        ? stream
        : stream.map(of -> consumer(of.arn(), input.text("ConsumerName").orElse("")));
  }

  private Optional<Target> stream(Structure input) {
    Optional<String> iterator = input.text("ShardIterator");
    if (iterator.isPresent()) {
      return ShardIterator.decode(signer, iterator.get()).map(is -> byName(is.stream()));
    }
    Optional<String> arn = input.text("StreamARN");
    if (arn.isPresent()) {
      return arn.map(this::byArn);
    }
    Optional<String> name = input.text("StreamName");
    if (name.isPresent()) {
      return name.filter(StreamName::isValid).map(is -> byName(new StreamName(is)));
    }
    return input
        .text("NextToken")
        .flatMap(text -> PageToken.decode(PageToken.Listing.SHARDS, signer, text))
        .map(page -> byName(new StreamName(page.subject().split("/", -1)[1])));
  }

  private Target byName(StreamName name) {
    return streams
        .catalogue()
        .find(name)
        .map(CatalogueEntry::definition)
        .map(this::of)
        .orElseGet(() -> new Target(streams.arn(name)));
  }

  private Target byArn(String arn) {
    int consumer = arn.indexOf(CONSUMER);
    Optional<StreamDefinition> stream = find(consumer < 0 ? arn : arn.substring(0, consumer));
    return consumer < 0
        ? stream.map(this::of).orElseGet(() -> new Target(arn))
        : stream.stream()
            .flatMap(of -> of.consumers().values().stream().map(each -> of(of, each)))
            .filter(target -> target.arn().equals(arn))
            .findAny()
            .orElseGet(() -> new Target(arn));
  }

  private Target consumer(String streamArn, String name) {
    return find(streamArn).stream()
        .flatMap(
            of ->
                of.consumers().values().stream()
                    .filter(each -> each.name().equals(name))
                    .map(each -> of(of, each)))
        .findAny()
        // Without a consumer there is no time of its creation.
        .orElseGet(() -> new Target(streamArn + CONSUMER + name + ":0"));
  }

  private Optional<StreamDefinition> find(String streamArn) {
    return streams
        .find(Optional.empty(), Optional.of(streamArn))
        .fold(entry -> Optional.of(entry.definition()), error -> Optional.empty());
  }

  private Target of(StreamDefinition stream) {
    return new Target(
        streams.arn(stream.name()), stream.settings().policy(), stream.settings().tags());
  }

  private Target of(StreamDefinition stream, ConsumerDefinition consumer) {
    return new Target(streams.consumerArn(stream, consumer), consumer.policy(), consumer.tags());
  }
}

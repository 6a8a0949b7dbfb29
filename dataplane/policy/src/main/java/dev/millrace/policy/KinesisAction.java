// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static dev.millrace.policy.ResourceType.CHANNEL;
import static dev.millrace.policy.ResourceType.CONSUMER;
import static dev.millrace.policy.ResourceType.QUEUE;
import static dev.millrace.policy.ResourceType.STREAM;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The actions of Kinesis, and what to check each of them on: the ARN of the resource that the
 * request names, whose type is one of {@link #resourceTypes}, or {@code *} if there is none. A
 * request that names a stream by name is checked on its ARN. SubscribeToShard and the calls about
 * one consumer are checked on the consumer, also if the request names it by its stream and name.
 *
 * <p>The reference lists no actions on channels and queues yet. Here they follow those on streams.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html">Actions,
 *     resources, and condition keys for Amazon Kinesis Data Streams</a>
 */
// A record of a text and an unmodifiable set, which the check does not recognize as immutable.
@SuppressWarnings("ImmutableEnumChecker")
public enum KinesisAction {
  ACKNOWLEDGE_DEAD_LETTER_QUEUE_RECORDS(QUEUE),
  ACKNOWLEDGE_QUEUE_RECORDS(QUEUE),
  ADD_TAGS_TO_STREAM(STREAM),
  CREATE_CHANNEL(CHANNEL),
  CREATE_QUEUE(QUEUE),
  CREATE_STREAM(STREAM),
  DECREASE_STREAM_RETENTION_PERIOD(STREAM),
  DELETE_CHANNEL(CHANNEL),
  DELETE_QUEUE(QUEUE),
  DELETE_RESOURCE_POLICY(STREAM, CONSUMER),
  DELETE_STREAM(STREAM),
  DEREGISTER_STREAM_CONSUMER(CONSUMER),
  DESCRIBE_ACCOUNT_SETTINGS(),
  DESCRIBE_CHANNEL(CHANNEL),
  DESCRIBE_LIMITS(),
  DESCRIBE_QUEUE(QUEUE),
  DESCRIBE_STREAM(STREAM),
  DESCRIBE_STREAM_CONSUMER(CONSUMER),
  DESCRIBE_STREAM_SUMMARY(STREAM),
  DISABLE_ENHANCED_MONITORING(STREAM),
  ENABLE_ENHANCED_MONITORING(STREAM),
  GET_RECORDS(STREAM),
  GET_RESOURCE_POLICY(STREAM, CONSUMER),
  GET_SHARD_ITERATOR(STREAM),
  INCREASE_STREAM_RETENTION_PERIOD(STREAM),
  LIST_CHANNELS(),
  LIST_QUEUES(),
  LIST_SHARDS(STREAM),
  LIST_STREAMS(),
  LIST_STREAM_CONSUMERS(STREAM),
  LIST_TAGS_FOR_RESOURCE(STREAM, CONSUMER, CHANNEL, QUEUE),
  LIST_TAGS_FOR_STREAM(STREAM),
  MERGE_SHARDS(STREAM),
  PUT_RECORD(STREAM),
  PUT_RECORDS(STREAM),
  PUT_RESOURCE_POLICY(STREAM, CONSUMER),
  RECEIVE_DEAD_LETTER_QUEUE_RECORDS(QUEUE),
  RECEIVE_QUEUE_RECORDS(QUEUE),
  REGISTER_STREAM_CONSUMER(STREAM),
  REMOVE_TAGS_FROM_STREAM(STREAM),
  RESTORE_DEAD_LETTER_QUEUE_RECORDS(QUEUE),
  SPLIT_SHARD(STREAM),
  START_STREAM_ENCRYPTION(STREAM),
  STOP_STREAM_ENCRYPTION(STREAM),
  SUBSCRIBE_TO_SHARD(CONSUMER),
  TAG_RESOURCE(STREAM, CONSUMER, CHANNEL, QUEUE),
  UNTAG_RESOURCE(STREAM, CONSUMER, CHANNEL, QUEUE),
  UPDATE_ACCOUNT_SETTINGS(),
  UPDATE_CHANNEL(CHANNEL),
  UPDATE_DEAD_LETTER_QUEUE_RECORDS_VISIBILITY(QUEUE),
  UPDATE_MAX_RECORD_SIZE(STREAM),
  UPDATE_QUEUE(QUEUE),
  UPDATE_QUEUE_RECORDS_VISIBILITY(QUEUE),
  UPDATE_SHARD_COUNT(STREAM),
  UPDATE_STREAM_MODE(STREAM),
  UPDATE_STREAM_RECORD_DISTRIBUTION_STRATEGY(STREAM),
  UPDATE_STREAM_WARM_THROUGHPUT(STREAM);

  private static final Map<String, KinesisAction> BY_OPERATION =
      Arrays.stream(values())
          .collect(Collectors.toMap(KinesisAction::operation, Function.identity()));

  private final String operation =
      Arrays.stream(name().split("_", -1))
          .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
          .collect(Collectors.joining());
  private final PolicyAction action = new PolicyAction("kinesis:" + operation);
  private final Set<ResourceType> resourceTypes;

  KinesisAction(ResourceType... types) {
    EnumSet<ResourceType> set = EnumSet.noneOf(ResourceType.class);
    Collections.addAll(set, types);
    resourceTypes = Collections.unmodifiableSet(set);
  }

  /** The action of an operation of the API, such as {@code PutRecords}; case-sensitive. */
  public static Optional<KinesisAction> ofOperation(String operation) {
    return Optional.ofNullable(BY_OPERATION.get(operation));
  }

  /** The operation of the API, such as {@code PutRecords}. */
  public String operation() {
    return operation;
  }

  /** As policies name it, such as {@code kinesis:PutRecords}. */
  public PolicyAction action() {
    return action;
  }

  /**
   * The types of resource that the action is checked on, one of which the request names. Empty if
   * it is checked on {@link PolicyResource#ALL}.
   */
  public Set<ResourceType> resourceTypes() {
    return resourceTypes;
  }

  /**
   * The action that a request must be allowed as well if it sets tags on what it creates.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html">CreateStream</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html">RegisterStreamConsumer</a>
   */
  public Optional<KinesisAction> ifTagged() {
    if (this == CREATE_STREAM) {
      return Optional.of(ADD_TAGS_TO_STREAM);
    }
    return this == REGISTER_STREAM_CONSUMER ? Optional.of(TAG_RESOURCE) : Optional.empty();
  }
}

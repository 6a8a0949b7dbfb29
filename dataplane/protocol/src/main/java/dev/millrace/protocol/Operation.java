// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every operation of the service model, whether the server implements it or not.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html">API
 *     operations</a>
 */
public enum Operation {
  ACKNOWLEDGE_DEAD_LETTER_QUEUE_RECORDS,
  ACKNOWLEDGE_QUEUE_RECORDS,
  ADD_TAGS_TO_STREAM,
  CREATE_CHANNEL,
  CREATE_QUEUE,
  CREATE_STREAM,
  DECREASE_STREAM_RETENTION_PERIOD,
  DELETE_CHANNEL,
  DELETE_QUEUE,
  DELETE_RESOURCE_POLICY,
  DELETE_STREAM,
  DEREGISTER_STREAM_CONSUMER,
  DESCRIBE_ACCOUNT_SETTINGS,
  DESCRIBE_CHANNEL,
  DESCRIBE_LIMITS,
  DESCRIBE_QUEUE,
  DESCRIBE_STREAM,
  DESCRIBE_STREAM_CONSUMER,
  DESCRIBE_STREAM_SUMMARY,
  DISABLE_ENHANCED_MONITORING,
  ENABLE_ENHANCED_MONITORING,
  GET_RECORDS,
  GET_RESOURCE_POLICY,
  GET_SHARD_ITERATOR,
  INCREASE_STREAM_RETENTION_PERIOD,
  LIST_CHANNELS,
  LIST_QUEUES,
  LIST_SHARDS,
  LIST_STREAMS,
  LIST_STREAM_CONSUMERS,
  LIST_TAGS_FOR_RESOURCE,
  LIST_TAGS_FOR_STREAM,
  MERGE_SHARDS,
  PUT_RECORD,
  PUT_RECORDS,
  PUT_RESOURCE_POLICY,
  RECEIVE_DEAD_LETTER_QUEUE_RECORDS,
  RECEIVE_QUEUE_RECORDS,
  REGISTER_STREAM_CONSUMER,
  REMOVE_TAGS_FROM_STREAM,
  RESTORE_DEAD_LETTER_QUEUE_RECORDS,
  SPLIT_SHARD,
  START_STREAM_ENCRYPTION,
  STOP_STREAM_ENCRYPTION,
  SUBSCRIBE_TO_SHARD,
  TAG_RESOURCE,
  UNTAG_RESOURCE,
  UPDATE_ACCOUNT_SETTINGS,
  UPDATE_CHANNEL,
  UPDATE_DEAD_LETTER_QUEUE_RECORDS_VISIBILITY,
  UPDATE_MAX_RECORD_SIZE,
  UPDATE_QUEUE,
  UPDATE_QUEUE_RECORDS_VISIBILITY,
  UPDATE_SHARD_COUNT,
  UPDATE_STREAM_MODE,
  UPDATE_STREAM_RECORD_DISTRIBUTION_STRATEGY,
  UPDATE_STREAM_WARM_THROUGHPUT;

  private static final Map<String, Operation> BY_TEXT =
      Arrays.stream(values()).collect(Collectors.toMap(Operation::text, Function.identity()));

  private static final Set<Operation> DATA =
      EnumSet.of(
          ACKNOWLEDGE_DEAD_LETTER_QUEUE_RECORDS,
          ACKNOWLEDGE_QUEUE_RECORDS,
          GET_RECORDS,
          GET_SHARD_ITERATOR,
          PUT_RECORD,
          PUT_RECORDS,
          RECEIVE_DEAD_LETTER_QUEUE_RECORDS,
          RECEIVE_QUEUE_RECORDS,
          RESTORE_DEAD_LETTER_QUEUE_RECORDS,
          SUBSCRIBE_TO_SHARD,
          UPDATE_DEAD_LETTER_QUEUE_RECORDS_VISIBILITY,
          UPDATE_QUEUE_RECORDS_VISIBILITY);

  private final String text =
      Arrays.stream(name().split("_", -1))
          .map(word -> word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT))
          .collect(Collectors.joining());

  /** The name in {@code X-Amz-Target}, such as {@code PutRecords}. */
  public String text() {
    return text;
  }

  /** Whether it is about records; the others are control calls. */
  public boolean isData() {
    return DATA.contains(this);
  }

  /** Whether it changes nothing. */
  public boolean isReadOnly() {
    return text.startsWith("Describe")
        || text.startsWith("Get")
        || text.startsWith("List")
        || this == SUBSCRIBE_TO_SHARD;
  }

  /** The operation with this name, if there is one; the name is case-sensitive. */
  public static Optional<Operation> named(String text) {
    return Optional.ofNullable(BY_TEXT.get(text));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import static dev.millrace.protocol.schema.TextPattern.regex;
import static dev.millrace.protocol.schema.Type.map;
import static dev.millrace.protocol.schema.Type.string;

import dev.millrace.protocol.schema.BlobType;
import dev.millrace.protocol.schema.IntegerType;
import dev.millrace.protocol.schema.ListType;
import dev.millrace.protocol.schema.MapType;
import dev.millrace.protocol.schema.StringType;
import dev.millrace.protocol.schema.TextPattern;
import dev.millrace.protocol.schema.Type;

/**
 * Types that several inputs share, under the names of the service model. Patterns are printed as
 * they were recorded from the service; the present model anchors some of them.
 */
final class Types {
  /** 10 MiB: the largest record that a stream may be set to take. */
  private static final int MAX_RECORD_BYTES = 10 << 20;

  static final StringType STREAM_NAME = string().pattern(TextPattern.NAME).length(1, 128);

  static final StringType SHARD_ID = string().pattern(TextPattern.NAME).length(1, 128);

  static final StringType STREAM_ARN =
      string().pattern(regex("arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+")).length(1, 2048);

  /** Reserved by the service for its own use: accepted and ignored. */
  static final StringType STREAM_ID =
      string().pattern(regex("[a-z0-9]{20}-[a-z0-9]{3}")).length(1, 24);

  static final StringType HASH_KEY = string().pattern(TextPattern.HASH_KEY);

  static final StringType SEQUENCE_NUMBER = string().pattern(TextPattern.SEQUENCE_NUMBER);

  static final StringType PARTITION_KEY = string().length(1, 256);

  static final BlobType DATA = Type.blob(MAX_RECORD_BYTES);

  static final StringType SHARD_ITERATOR = string().length(1, 512);

  static final StringType NEXT_TOKEN = string().length(1, 1_048_576);

  static final MapType TAG_MAP = map(string().length(1, 128), string().length(0, 256), 1, 200);

  static final StringType TAG_KEY = string().length(1, 128);

  static final ListType<String> TAG_KEYS = Type.list(TAG_KEY, 1, 50);

  static final StringType CONSUMER_ARN =
      string()
          .pattern(
              regex(
                  "^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+"))
          .length(1, 2048);

  static final StringType RESOURCE_ARN =
      string()
          .pattern(regex("arn:aws.*:kinesis:.*:\\d{12}:.*(stream|channel|queue)/\\S+"))
          .length(1, 2048);

  static final StringType ENCRYPTION_TYPE = string().oneOf("KMS", "NONE");

  static final StringType KEY_ID = string().length(1, 2048);

  static final IntegerType MAX_RECORD_SIZE_IN_KIB = Type.integer().min(1024).max(10_240);

  static final StringType RECORD_DISTRIBUTION_STRATEGY =
      string().oneOf("AUTO", "USER_PARTITION_KEY");

  static final ListType<String> SHARD_LEVEL_METRICS =
      Type.list(
          string()
              .oneOf(
                  "IncomingBytes",
                  "IncomingRecords",
                  "OutgoingBytes",
                  "OutgoingRecords",
                  "WriteProvisionedThroughputExceeded",
                  "ReadProvisionedThroughputExceeded",
                  "IteratorAgeMilliseconds",
                  "ALL"),
          1,
          7);

  private Types() {}
}

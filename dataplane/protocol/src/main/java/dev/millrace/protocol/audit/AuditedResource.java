// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

import dev.millrace.protocol.schema.Structure;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The stream, or the consumer of one, that a call is about.
 *
 * @param account 12 digits, from the ARN
 * @param type CloudFormation's name of the type
 */
record AuditedResource(String account, String type, String arn) {
  private static final Predicate<String> NAME =
      Pattern.compile("[a-zA-Z0-9_.-]{1,128}").asMatchPredicate();

  private static final Pattern ARN =
      Pattern.compile(
          "arn:aws[a-z-]{0,16}:kinesis:[a-z0-9-]{1,32}:([0-9]{12}):stream/[a-zA-Z0-9_.-]{1,128}"
              + "(/consumer/[a-zA-Z0-9_.-]{1,128}(:[0-9]{1,19})?)?");

  /**
   * The resource that an input names, unless the name is invalid.
   *
   * @param account the account of streams that are named without their ARN
   */
  static Optional<AuditedResource> of(Structure input, String region, String account) {
    return input
        .text("ConsumerARN")
        .or(() -> input.text("StreamARN"))
        .or(() -> input.text("ResourceARN"))
        .or(
            () ->
                input
                    .text("StreamName")
                    .filter(NAME)
                    .map(name -> "arn:aws:kinesis:" + region + ":" + account + ":stream/" + name))
        .map(ARN::matcher)
        .filter(Matcher::matches)
        .map(
            arn ->
                new AuditedResource(
                    arn.group(1),
                    arn.group(2) == null ? "AWS::Kinesis::Stream" : "AWS::Kinesis::StreamConsumer",
                    arn.group()));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A condition key, as a policy refers to it. Names ignore case, those of tags included.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html">Global
 *     condition keys</a>
 */
sealed interface ContextKey {
  String RESOURCE_TAG = "aws:resourcetag/";
  String REQUEST_TAG = "aws:requesttag/";

  /** Keys with a name of their own. */
  enum Named implements ContextKey {
    CURRENT_TIME("aws:CurrentTime"),
    EPOCH_TIME("aws:EpochTime"),
    PRINCIPAL_ACCOUNT("aws:PrincipalAccount"),
    PRINCIPAL_ARN("aws:PrincipalArn"),
    PRINCIPAL_TYPE("aws:PrincipalType"),
    REQUESTED_REGION("aws:RequestedRegion"),
    RESOURCE_ACCOUNT("aws:ResourceAccount"),
    SECURE_TRANSPORT("aws:SecureTransport"),
    SOURCE_IP("aws:SourceIp"),
    /** The only one with several values. */
    TAG_KEYS("aws:TagKeys"),
    USER_AGENT("aws:UserAgent"),
    USER_ID("aws:userid"),
    USERNAME("aws:username");

    private static final Map<String, Named> BY_NAME =
        Arrays.stream(values())
            .collect(
                Collectors.toMap(key -> key.name.toLowerCase(Locale.ROOT), Function.identity()));

    private final String name;

    Named(String name) {
      this.name = name;
    }
  }

  /** A tag of the resource. */
  record ResourceTag(String key) implements ContextKey {}

  /** A tag in the request, of CreateStream or TagResource for example. */
  record RequestTag(String key) implements ContextKey {}

  /** A key that no request has. IAM accepts it as well. */
  record Unknown() implements ContextKey {}

  static ContextKey of(String text) {
    String lowered = text.toLowerCase(Locale.ROOT);
    Named named = Named.BY_NAME.get(lowered);
    if (named != null) {
      return named;
    }
    if (lowered.startsWith(RESOURCE_TAG)) {
      return new ResourceTag(text.substring(RESOURCE_TAG.length()));
    }
    if (lowered.startsWith(REQUEST_TAG)) {
      return new RequestTag(text.substring(REQUEST_TAG.length()));
    }
    return new Unknown();
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import dev.millrace.core.error.Excerpt;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.regex.Pattern;

/**
 * The name of a master key, by which files and Vault know it.
 *
 * <p>The rule: {@code alias/NAME} and an ARN that ends with it mean the key NAME; {@code key/NAME}
 * at the end of an ARN, and anything else, stand for themselves. The alias of the service's own
 * key, {@value #SERVICE_ALIAS}, means {@value #DEFAULT}. A slash in a name, which an alias may
 * have, means a dot, since neither a file nor a key of a Secret has slashes.
 *
 * @param text letters, digits, dots, dashes and underlines, 1 .. 128
 */
record MasterKeyName(String text) {
  /** The alias of the key that AWS manages for Kinesis. */
  static final String SERVICE_ALIAS = "alias/aws/kinesis";

  /** The name of an installation's default key. */
  static final String DEFAULT = "default";

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern ARN = Pattern.compile("arn:[^:]*:kms:[^:]*:[^:]*:(?<resource>.*)");

  /**
   * Applies the rule.
   *
   * @throws LogRefusedException if no key can have such a name
   */
  static MasterKeyName of(String keyId) {
    var arn = ARN.matcher(keyId);
    String resource = arn.matches() ? arn.group("resource") : keyId;
    if (resource.equals(SERVICE_ALIAS)) {
      return new MasterKeyName(DEFAULT);
    }
    String name =
        after("alias/", arn.matches() ? after("key/", resource) : resource).replace('/', '.');
    if (!VALID.matcher(name).matches()) {
      throw new LogRefusedException(
          Reason.KEY_NOT_FOUND,
          "there is no key %s: a name has 1 to 128 letters, digits, dots, dashes and underlines"
              .formatted(Excerpt.of(keyId)),
          null);
    }
    return new MasterKeyName(name);
  }

  private static String after(String prefix, String text) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }
}

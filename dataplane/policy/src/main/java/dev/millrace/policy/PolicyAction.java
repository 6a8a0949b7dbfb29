// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.regex.Pattern;

/**
 * What a request does, such as {@code kinesis:PutRecord}.
 *
 * @param text service, colon, operation; letters and digits
 */
public record PolicyAction(String text) {
  private static final Pattern SYNTAX = Pattern.compile("[a-z0-9-]{1,64}:[A-Za-z0-9]{1,128}");

  public PolicyAction {
    if (!SYNTAX.matcher(text).matches()) {
      throw new IllegalArgumentException("action must be service:Operation, found '" + text + "'");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}

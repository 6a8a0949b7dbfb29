// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern whose six parts are matched with those of an ARN, one by one; no wildcard reaches past
 * the first five colons. Used by the Arn operators of conditions, and not by Resource.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN">ARN
 *     condition operators</a>
 */
record ArnPattern(List<PolicyText> parts) {
  static ArnPattern compile(String path, String text, boolean variables)
      throws InvalidPolicyException {
    List<String> texts = split(text, variables);
    if (texts.size() != Arns.PARTS || !texts.getFirst().equals("arn")) {
      throw InvalidPolicyException.at(
          path,
          "must be an ARN with six parts, such as arn:aws:iam::*:user/*, found '" + text + "'.");
    }
    List<PolicyText> parts = new ArrayList<>();
    for (String part : texts) {
      parts.add(PolicyText.compile(path, part, true, variables, false));
    }
    return new ArnPattern(List.copyOf(parts));
  }

  /** Splits at colons outside of variables, the first five only. */
  private static List<String> split(String text, boolean variables) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int i = 0;
    while (i < text.length() && parts.size() < Arns.PARTS - 1) {
      if (variables && text.startsWith("${", i)) {
        int end = text.indexOf('}', i);
        i = end < 0 ? text.length() : end + 1;
      } else {
        if (text.charAt(i) == ':') {
          parts.add(text.substring(start, i));
          start = i + 1;
        }
        i++;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  boolean matches(String value, AccessRequest request) {
    int from = 0;
    for (int i = 0; i < Arns.PARTS; i++) {
      int end = i == Arns.PARTS - 1 ? value.length() : value.indexOf(':', from);
      if (end < 0 || !parts.get(i).matches(value, from, end, request)) {
        return false;
      }
      from = end + 1;
    }
    return true;
  }
}

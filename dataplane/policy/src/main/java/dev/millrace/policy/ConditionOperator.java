// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a condition compares.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html">Condition
 *     operators</a>
 */
enum ConditionOperator {
  STRING_EQUALS("StringEquals", Type.STRING, Test.EQUAL, false),
  STRING_NOT_EQUALS("StringNotEquals", Type.STRING, Test.EQUAL, true),
  STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", Type.STRING, Test.EQUAL_IGNORING_CASE, false),
  STRING_NOT_EQUALS_IGNORE_CASE(
      "StringNotEqualsIgnoreCase", Type.STRING, Test.EQUAL_IGNORING_CASE, true),
  STRING_LIKE("StringLike", Type.STRING, Test.LIKE, false),
  STRING_NOT_LIKE("StringNotLike", Type.STRING, Test.LIKE, true),
  NUMERIC_EQUALS("NumericEquals", Type.NUMERIC, Test.EQUAL, false),
  NUMERIC_NOT_EQUALS("NumericNotEquals", Type.NUMERIC, Test.EQUAL, true),
  NUMERIC_LESS_THAN("NumericLessThan", Type.NUMERIC, Test.LESS, false),
  NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", Type.NUMERIC, Test.AT_MOST, false),
  NUMERIC_GREATER_THAN("NumericGreaterThan", Type.NUMERIC, Test.GREATER, false),
  NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", Type.NUMERIC, Test.AT_LEAST, false),
  DATE_EQUALS("DateEquals", Type.DATE, Test.EQUAL, false),
  DATE_NOT_EQUALS("DateNotEquals", Type.DATE, Test.EQUAL, true),
  DATE_LESS_THAN("DateLessThan", Type.DATE, Test.LESS, false),
  DATE_LESS_THAN_EQUALS("DateLessThanEquals", Type.DATE, Test.AT_MOST, false),
  DATE_GREATER_THAN("DateGreaterThan", Type.DATE, Test.GREATER, false),
  DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals", Type.DATE, Test.AT_LEAST, false),
  BOOL("Bool", Type.BOOL, Test.EQUAL, false),
  IP_ADDRESS("IpAddress", Type.IP, Test.EQUAL, false),
  NOT_IP_ADDRESS("NotIpAddress", Type.IP, Test.EQUAL, true),
  ARN_EQUALS("ArnEquals", Type.ARN, Test.LIKE, false),
  ARN_NOT_EQUALS("ArnNotEquals", Type.ARN, Test.LIKE, true),
  ARN_LIKE("ArnLike", Type.ARN, Test.LIKE, false),
  ARN_NOT_LIKE("ArnNotLike", Type.ARN, Test.LIKE, true),
  NULL("Null", Type.NULL, Test.EQUAL, false);

  /** What is compared. */
  enum Type {
    STRING,
    NUMERIC,
    DATE,
    BOOL,
    IP,
    ARN,
    NULL
  }

  /** Which relation the request's value must have to the policy's. */
  enum Test {
    EQUAL,
    EQUAL_IGNORING_CASE,
    LIKE,
    LESS,
    AT_MOST,
    GREATER,
    AT_LEAST;

    /** Whether a comparison with this result, as of {@code compareTo}, satisfies an order. */
    boolean accepts(int comparison) {
      return switch (this) {
        case EQUAL, EQUAL_IGNORING_CASE, LIKE -> comparison == 0;
        case LESS -> comparison < 0;
        case AT_MOST -> comparison <= 0;
        case GREATER -> comparison > 0;
        case AT_LEAST -> comparison >= 0;
      };
    }
  }

  private static final Map<String, ConditionOperator> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toMap(operator -> operator.text, Function.identity()));

  private final String text;
  private final Type type;
  private final Test test;
  private final boolean negated;

  ConditionOperator(String text, Type type, Test test, boolean negated) {
    this.text = text;
    this.type = type;
    this.test = test;
    this.negated = negated;
  }

  static Optional<ConditionOperator> named(String text) {
    return Optional.ofNullable(BY_NAME.get(text));
  }

  Type type() {
    return type;
  }

  Test test() {
    return test;
  }

  /** True if no value of the policy may match. */
  boolean isNegated() {
    return negated;
  }
}

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
  STRING_EQUALS("StringEquals", OperandType.STRING, Test.EQUAL, false),
  STRING_NOT_EQUALS("StringNotEquals", OperandType.STRING, Test.EQUAL, true),
  STRING_EQUALS_IGNORE_CASE(
      "StringEqualsIgnoreCase", OperandType.STRING, Test.EQUAL_IGNORING_CASE, false),
  STRING_NOT_EQUALS_IGNORE_CASE(
      "StringNotEqualsIgnoreCase", OperandType.STRING, Test.EQUAL_IGNORING_CASE, true),
  STRING_LIKE("StringLike", OperandType.STRING, Test.LIKE, false),
  STRING_NOT_LIKE("StringNotLike", OperandType.STRING, Test.LIKE, true),
  NUMERIC_EQUALS("NumericEquals", OperandType.NUMERIC, Test.EQUAL, false),
  NUMERIC_NOT_EQUALS("NumericNotEquals", OperandType.NUMERIC, Test.EQUAL, true),
  NUMERIC_LESS_THAN("NumericLessThan", OperandType.NUMERIC, Test.LESS, false),
  NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", OperandType.NUMERIC, Test.AT_MOST, false),
  NUMERIC_GREATER_THAN("NumericGreaterThan", OperandType.NUMERIC, Test.GREATER, false),
  NUMERIC_GREATER_THAN_EQUALS(
      "NumericGreaterThanEquals", OperandType.NUMERIC, Test.AT_LEAST, false),
  DATE_EQUALS("DateEquals", OperandType.DATE, Test.EQUAL, false),
  DATE_NOT_EQUALS("DateNotEquals", OperandType.DATE, Test.EQUAL, true),
  DATE_LESS_THAN("DateLessThan", OperandType.DATE, Test.LESS, false),
  DATE_LESS_THAN_EQUALS("DateLessThanEquals", OperandType.DATE, Test.AT_MOST, false),
  DATE_GREATER_THAN("DateGreaterThan", OperandType.DATE, Test.GREATER, false),
  DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals", OperandType.DATE, Test.AT_LEAST, false),
  BOOL("Bool", OperandType.BOOL, Test.EQUAL, false),
  IP_ADDRESS("IpAddress", OperandType.IP, Test.EQUAL, false),
  NOT_IP_ADDRESS("NotIpAddress", OperandType.IP, Test.EQUAL, true),
  ARN_EQUALS("ArnEquals", OperandType.ARN, Test.LIKE, false),
  ARN_NOT_EQUALS("ArnNotEquals", OperandType.ARN, Test.LIKE, true),
  ARN_LIKE("ArnLike", OperandType.ARN, Test.LIKE, false),
  ARN_NOT_LIKE("ArnNotLike", OperandType.ARN, Test.LIKE, true),
  NULL("Null", OperandType.NULL, Test.EQUAL, false);

  /** What is compared. */
  enum OperandType {
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
  private final OperandType type;
  private final Test test;
  private final boolean negated;

  ConditionOperator(String text, OperandType type, Test test, boolean negated) {
    this.text = text;
    this.type = type;
    this.test = test;
    this.negated = negated;
  }

  static Optional<ConditionOperator> named(String text) {
    return Optional.ofNullable(BY_NAME.get(text));
  }

  OperandType type() {
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

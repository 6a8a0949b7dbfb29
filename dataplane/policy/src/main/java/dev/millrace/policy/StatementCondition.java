// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.time.Instant;
import java.util.List;

/**
 * One key of a Condition element, with its operator and values.
 *
 * <p>One value of the policy has to match, none if the operator is negated. A key that the request
 * lacks matches nothing: the condition is false, or true if negated. With {@code IfExists} it is
 * true. {@code ForAllValues} is true for a key without values, {@code ForAnyValue} false.
 *
 * <p>AWS leaves open what an operator without a set operator does with a key of several values.
 * Here one of them has to match, none if negated.
 *
 * @param set how values of a key with several count
 * @param ifExists whether a key that the request lacks makes the condition true
 * @param operands at least one
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html">Conditions
 *     with multiple context keys or values</a>
 */
record StatementCondition(
    SetOperator set,
    ConditionOperator operator,
    boolean ifExists,
    ContextKey key,
    List<Operand> operands) {

  /** A prefix of an operator. */
  enum SetOperator {
    NONE,
    FOR_ALL_VALUES,
    FOR_ANY_VALUE
  }

  boolean holds(AccessRequest request) {
    if (operator.type() == ConditionOperator.OperandType.NULL) {
      return anyOperand(isAbsent(request) ? "true" : "false", request);
    }
    if (key == ContextKey.Named.TAG_KEYS) {
      return holdsForSeveral(request.context().tagKeys(), request);
    }
    if (isAbsent(request)) {
      return switch (set) {
        case NONE -> ifExists || operator.isNegated();
        case FOR_ALL_VALUES -> true;
        case FOR_ANY_VALUE -> ifExists;
      };
    }
    return matchesSingle(request) != operator.isNegated();
  }

  private boolean holdsForSeveral(List<String> values, AccessRequest request) {
    if (values.isEmpty()) {
      return switch (set) {
        case NONE -> ifExists || operator.isNegated();
        case FOR_ALL_VALUES -> true;
        case FOR_ANY_VALUE -> ifExists;
      };
    }
    boolean all =
        set == SetOperator.FOR_ALL_VALUES || (set == SetOperator.NONE && operator.isNegated());
    for (String value : values) {
      boolean holds = anyOperand(value, request) != operator.isNegated();
      if (holds != all) {
        return holds;
      }
    }
    return all;
  }

  private boolean isAbsent(AccessRequest request) {
    return switch (key) {
      case ContextKey.Named named ->
          switch (named) {
            case TAG_KEYS -> request.context().tagKeys().isEmpty();
            case CURRENT_TIME, EPOCH_TIME -> request.context().time() == null;
            case PRINCIPAL_ACCOUNT,
                PRINCIPAL_ARN,
                PRINCIPAL_TYPE,
                REQUESTED_REGION,
                RESOURCE_ACCOUNT,
                SECURE_TRANSPORT,
                SOURCE_IP,
                USER_AGENT,
                USER_ID,
                USERNAME ->
                request.value(named) == null;
          };
      case ContextKey.ResourceTag tag -> request.value(tag) == null;
      case ContextKey.RequestTag tag -> request.value(tag) == null;
      case ContextKey.Unknown() -> true;
    };
  }

  /** Times and addresses are compared as such, not as texts that are parsed for each request. */
  private boolean matchesSingle(AccessRequest request) {
    Instant time = request.context().time();
    if (operator.type() == ConditionOperator.OperandType.DATE
        && time != null
        && (key == ContextKey.Named.CURRENT_TIME || key == ContextKey.Named.EPOCH_TIME)) {
      long millis = time.getEpochSecond() * 1000;
      for (Operand operand : operands) {
        if (operand instanceof Operand.Date date && date.accepts(millis)) {
          return true;
        }
      }
      return false;
    }
    IpRange address = request.context().sourceIp();
    if (operator.type() == ConditionOperator.OperandType.IP
        && address != null
        && key == ContextKey.Named.SOURCE_IP) {
      for (Operand operand : operands) {
        if (operand instanceof Operand.Ip ip && ip.range().contains(address)) {
          return true;
        }
      }
      return false;
    }
    String value = request.value(key);
    return value != null && anyOperand(value, request);
  }

  private boolean anyOperand(String value, AccessRequest request) {
    for (Operand operand : operands) {
      if (operand.accepts(value, request)) {
        return true;
      }
    }
    return false;
  }
}

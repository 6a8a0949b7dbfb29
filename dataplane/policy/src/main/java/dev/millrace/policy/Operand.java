// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** One value of a condition, compiled for its operator. Negation is not its concern. */
sealed interface Operand {
  /** Whether a value of the request satisfies the comparison; a value of another type does not. */
  boolean accepts(String value, AccessRequest request);

  record PatternOperand(PolicyText pattern) implements Operand {
    @Override
    public boolean accepts(String value, AccessRequest request) {
      return pattern.matches(value, request);
    }
  }

  record Arn(ArnPattern pattern) implements Operand {
    @Override
    public boolean accepts(String value, AccessRequest request) {
      return pattern.matches(value, request);
    }
  }

  record Numeric(ConditionOperator.Test test, BigDecimal number) implements Operand {
    @Override
    public boolean accepts(String value, AccessRequest request) {
      Optional<BigDecimal> parsed = parseNumber(value);
      return parsed.isPresent() && test.accepts(parsed.get().compareTo(number));
    }
  }

  record Date(ConditionOperator.Test test, long epochMilli) implements Operand {
    @Override
    public boolean accepts(String value, AccessRequest request) {
      OptionalLong parsed = parseDate(value);
      return parsed.isPresent() && accepts(parsed.getAsLong());
    }

    boolean accepts(long other) {
      return test.accepts(Long.compare(other, epochMilli));
    }
  }

  record Bool(boolean expected) implements Operand {
    @Override
    public boolean accepts(String value, AccessRequest request) {
      return value.equalsIgnoreCase(expected ? "true" : "false");
    }
  }

  record Ip(IpRange range) implements Operand {
    @Override
    public boolean accepts(String value, AccessRequest request) {
      Optional<IpRange> parsed = IpRange.parse(value);
      return parsed.isPresent() && range.contains(parsed.get());
    }
  }

  /**
   * Compiles a value.
   *
   * @param path of the value in the document, for messages
   * @param variables whether the document's version has variables; only texts and ARNs use them
   */
  static Operand compile(String path, ConditionOperator operator, String value, boolean variables)
      throws InvalidPolicyException {
    ConditionOperator.Test test = operator.test();
    return switch (operator.type()) {
      case STRING ->
          new PatternOperand(
              PolicyText.compile(
                  path,
                  value,
                  test == ConditionOperator.Test.LIKE,
                  variables,
                  test == ConditionOperator.Test.EQUAL_IGNORING_CASE));
      case NUMERIC ->
          new Numeric(
              test,
              parseNumber(value).orElseThrow(() -> expected(path, "a decimal number", value)));
      case DATE -> {
        OptionalLong date = parseDate(value);
        yield new Date(
            test,
            date.orElseThrow(
                () ->
                    expected(
                        path,
                        "a date such as 2026-01-31T12:00:00Z, or seconds since 1970",
                        value)));
      }
      case BOOL, NULL ->
          switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> new Bool(true);
            case "false" -> new Bool(false);
            default -> throw expected(path, "true or false", value);
          };
      case IP ->
          new Ip(
              IpRange.parse(value)
                  .orElseThrow(
                      () -> expected(path, "an address or a range such as 10.0.0.0/8", value)));
      case ARN -> new Arn(ArnPattern.compile(path, value, variables));
    };
  }

  private static InvalidPolicyException expected(String path, String what, String found) {
    return InvalidPolicyException.at(path, "must be " + what + ", found '" + found + "'.");
  }

  private static Optional<BigDecimal> parseNumber(String text) {
    return Syntax.NUMBER.matcher(text).matches()
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }

  /** Parses the date forms of W3C's profile of ISO 8601, and seconds since 1970. */
  private static OptionalLong parseDate(String text) {
    try {
      if (Syntax.YEAR.matcher(text).matches()) {
        return OptionalLong.of(startOf(LocalDate.of(Integer.parseInt(text), 1, 1)));
      }
      if (Syntax.EPOCH_SECONDS.matcher(text).matches()) {
        return OptionalLong.of(Math.multiplyExact(Long.parseLong(text), 1000L));
      }
      return switch (text.length()) {
        case 7 -> OptionalLong.of(startOf(YearMonth.parse(text).atDay(1)));
        case 10 -> OptionalLong.of(startOf(LocalDate.parse(text)));
        default -> OptionalLong.of(instant(text).toEpochMilli());
      };
    } catch (DateTimeException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  private static long startOf(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** Bounded forms, so that no value of a request takes long to parse. */
  final class Syntax {
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,30}(\\.[0-9]{1,30})?");
    private static final Pattern YEAR = Pattern.compile("[0-9]{4}");
    private static final Pattern EPOCH_SECONDS = Pattern.compile("[0-9]{1,15}");

    private Syntax() {}
  }
}

package dev.millrace.operator.plan;

/**
 * One aspect of a stream's state.
 *
 * @param holds whether it is so
 * @param reason one CamelCase word for programs
 * @param message one sentence for people
 */
public record Verdict(boolean holds, String reason, String message) {
  static Verdict yes(String reason, String message) {
    return new Verdict(true, reason, message);
  }

  static Verdict no(String reason, String message) {
    return new Verdict(false, reason, message);
  }
}

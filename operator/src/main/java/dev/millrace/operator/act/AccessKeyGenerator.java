// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.operator.plan.UserDirectoryPlanner.DrawnKey;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * Draws access keys: 20 characters that begin with AKIA, and a secret of 40 without signs that a
 * shell or a URL would change.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html">Unique
 *     identifiers</a>
 */
public final class AccessKeyGenerator implements Supplier<DrawnKey> {
  private static final String ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String SECRET_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 16;
  private static final int SECRET_LENGTH = 40;

  private final IntUnaryOperator random;

  /**
   * @param random draws a number from 0 to below the given one, so that nobody can guess it
   */
  public AccessKeyGenerator(IntUnaryOperator random) {
    this.random = random;
  }

  @Override
  public DrawnKey get() {
    return new DrawnKey(
        "AKIA" + draw(ID_CHARACTERS, ID_LENGTH), draw(SECRET_CHARACTERS, SECRET_LENGTH));
  }

  private String draw(String characters, int length) {
    StringBuilder drawn = new StringBuilder(length);
    while (drawn.length() < length) {
      drawn.append(characters.charAt(random.applyAsInt(characters.length())));
    }
    return drawn.toString();
  }
}

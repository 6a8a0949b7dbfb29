// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

/** The limits of a policy document. A document that exceeds one is rejected. */
public final class PolicyLimits {
  /** Length of a document in characters (UTF-16): the limit of PutResourcePolicy, 20 KiB. */
  public static final int MAX_DOCUMENT_CHARACTERS = 20 * 1024;

  /** Statements of one document. Evaluation visits each of them once per request. */
  public static final int MAX_STATEMENTS = 200;

  /** Nested objects and arrays. The deepest valid document, with lists in conditions, has 6. */
  public static final int MAX_NESTING = 8;

  /**
   * Length of one pattern or condition value in characters. Matching costs at most this times the
   * length of the value; an ARN has at most 2,048 characters.
   */
  public static final int MAX_VALUE_CHARACTERS = 2048;

  /** Length of a message about a document, which quotes from it. Longer ones are cut. */
  public static final int MAX_MESSAGE_CHARACTERS = 512;

  private PolicyLimits() {}
}

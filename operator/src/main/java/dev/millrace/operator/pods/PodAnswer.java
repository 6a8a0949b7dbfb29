// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

/** The answer of a pod to a command. */
public sealed interface PodAnswer {

  /** The pod carried out the command. */
  record Accepted() implements PodAnswer {}

  /**
   * The command was not carried out.
   *
   * @param why the pod's HTTP status and message, or why it could not be reached
   */
  record NotAccepted(String why) implements PodAnswer {}
}

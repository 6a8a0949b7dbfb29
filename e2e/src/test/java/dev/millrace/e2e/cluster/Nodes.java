// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts nodes off from the network, where the cluster offers a program for it: {@code
 * -Dmillrace.node.cut} and {@code -Dmillrace.node.join} name programs that take the name of a node.
 */
final class Nodes {
  private static final String CUT = System.getProperty("millrace.node.cut", "");
  private static final String JOIN = System.getProperty("millrace.node.join", "");

  private Nodes() {}

  static boolean canBeCutOff() {
    return !CUT.isEmpty() && !JOIN.isEmpty();
  }

  /** Cuts a node off, does something, and joins the node again whatever happens. */
  static void cutOff(String node, Runnable meanwhile) {
    run(CUT, node);
    try {
      meanwhile.run();
    } finally {
      run(JOIN, node);
    }
  }

  private static void run(String program, String node) {
    List<String> command = new ArrayList<>(List.of(program.split(" ")));
    command.add(node);
    Program.run(Map.of(), "", command).succeeded();
  }
}

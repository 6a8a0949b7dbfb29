// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What can be done to nodes, where the cluster offers a program for it: {@code -Dmillrace.nodes}
 * names one that takes what to do ({@code cut, join, pause, resume, kill, start, wipe}) and the
 * name of a node.
 */
final class Nodes {
  private static final String PROGRAM = System.getProperty("millrace.nodes", "");

  private Nodes() {}

  static boolean canFail() {
    return !PROGRAM.isEmpty();
  }

  /** Cuts a node off, does something, and joins the node again whatever happens. */
  static void cutOff(String node, Runnable meanwhile) {
    during("cut", node, meanwhile, "join");
  }

  /** Freezes all processes of a node, does something, and has them go on whatever happens. */
  static void frozen(String node, Runnable meanwhile) {
    during("pause", node, meanwhile, "resume");
  }

  /** Takes a node's power, does something, and boots it whatever happens. */
  static void withoutPower(String node, Runnable meanwhile) {
    during("kill", node, meanwhile, "start");
  }

  /** Empties the disk of a node that is without power. */
  static void wipe(String node) {
    run("wipe", node);
  }

  private static void during(String begin, String node, Runnable meanwhile, String end) {
    run(begin, node);
    try {
      meanwhile.run();
    } finally {
      run(end, node);
    }
  }

  private static void run(String action, String node) {
    List<String> command = new ArrayList<>(List.of(PROGRAM.split(" ")));
    command.addAll(List.of(action, node));
    Program.run(Map.of(), "", command).succeeded();
  }
}

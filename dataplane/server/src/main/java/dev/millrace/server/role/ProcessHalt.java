package dev.millrace.server.role;

import dev.millrace.core.port.Halt;

/** Ends this process without shutdown hooks, after one line on standard error. */
public final class ProcessHalt implements Halt {
  /** Exit status, for whoever restarts the process. */
  public static final int STATUS = 70;

  @Override
  public void halt(String why, Throwable cause) {
    System.err.println("millrace: halted: " + why + ": " + cause);
    cause.printStackTrace(System.err);
    Runtime.getRuntime().halt(STATUS);
  }
}

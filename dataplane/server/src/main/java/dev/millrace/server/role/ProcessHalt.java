// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.port.Halt;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Ends this process without shutdown hooks, after one line on standard error.
 *
 * <p>Calls {@code _exit}, since {@link Runtime#halt} runs the destructors of native libraries:
 * called from a RocksDB thread, on which RocksDB reports failures, it would wait for that same
 * thread. The call is linked when this object is created, since memory, files or classes may be
 * unavailable when the process has to halt.
 */
public final class ProcessHalt implements Halt {
  /** The exit status of a halted process. */
  public static final int STATUS = 70;

  private final MethodHandle exit;

  @SuppressWarnings("restricted") // Native access is granted in jvm.options.
  public ProcessHalt() {
    Linker linker = Linker.nativeLinker();
    exit =
        linker.downcallHandle(
            linker.defaultLookup().find("_exit").orElseThrow(),
            FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
  }

  @Override
  public void halt(String why, Throwable cause) {
    try {
      System.err.println("millrace: halted: " + why + ": " + cause);
      cause.printStackTrace(System.err);
      System.err.flush();
    } finally {
      exit();
    }
  }

  private void exit() {
    try {
      exit.invokeExact(STATUS);
    } catch (Throwable e) {
      Runtime.getRuntime().halt(STATUS);
    }
  }
}

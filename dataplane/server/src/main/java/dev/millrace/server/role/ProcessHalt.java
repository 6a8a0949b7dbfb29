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
 * <p>By {@code _exit}, since {@link Runtime#halt} runs the destructors of native libraries: called
 * from a thread of RocksDB, which reports its failures there, it waits for that very thread. The
 * call is linked when this object is made: in the moment of disaster there may be no memory, file
 * or class left to link it with.
 */
public final class ProcessHalt implements Halt {
  /** Exit status, for whoever restarts the process. */
  public static final int STATUS = 70;

  private final MethodHandle exit;

  /** Links the call. */
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

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.server.config.ServerSettings;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.SecureRandom;

/** Starts the role that the environment selects. */
@QuarkusMain
public final class ServerMain implements QuarkusApplication {
  private static final int CANNOT_START = 1;
  private static final int BAD_SETTING = 2;

  private final Vertx vertx;
  private final RoleHolder running;

  public ServerMain(Vertx vertx, RoleHolder running) {
    this.vertx = vertx;
    this.running = running;
  }

  /** Checks the settings before anything slow starts. */
  public static void main(String... arguments) {
    try {
      ServerSettings.of(System.getenv());
    } catch (ServerSettings.InvalidServerSettingException e) {
      System.err.println("millrace: " + e.getMessage());
      System.exit(BAD_SETTING);
    }
    Quarkus.run(ServerMain.class, (status, failure) -> end(status, failure), arguments);
  }

  private static void end(int status, @org.jspecify.annotations.Nullable Throwable failure) {
    if (failure != null) {
      // The root cause is the most specific, such as the number of a port that is in use.
      Throwable cause = failure;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      System.err.println("millrace: cannot start: " + failure.getMessage() + ": " + cause);
    }
    // Threads of a failed start may keep the process alive.
    Runtime.getRuntime().halt(failure == null ? status : CANNOT_START);
  }

  @Override
  public int run(String... arguments) {
    ServerSettings settings = ServerSettings.of(System.getenv());
    try (RunningRole role = start(settings)) {
      running.started(role);
      System.out.println("millrace: " + role.banner());
      Quarkus.waitForExit();
      return 0;
    } catch (IOException | RuntimeException e) {
      System.err.println("millrace: cannot start: " + e.getMessage());
      return CANNOT_START;
    } finally {
      running.ended();
    }
  }

  private RunningRole start(ServerSettings settings) throws IOException {
    Clocks clocks = Clocks.system();
    return switch (settings.role()) {
      case STANDALONE ->
          new Standalone(
              settings,
              vertx,
              clocks,
              new SecureRandom(),
              ProcessLimits.current(),
              new ProcessHalt());
      case SHARD -> ShardPod.start(settings, vertx, clocks, new SecureRandom(), new ProcessHalt());
      case GATEWAY -> new Gateway(settings, vertx, clocks, new SecureRandom());
    };
  }
}

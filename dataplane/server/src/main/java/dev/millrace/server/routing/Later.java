package dev.millrace.server.routing;

/** Does something after a while; a test decides when that is. */
@FunctionalInterface
public interface Later {

  /**
   * Runs a task once.
   *
   * @param millis how long from now
   */
  void run(long millis, Runnable task);
}

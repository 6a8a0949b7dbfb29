package dev.millrace.e2e.client;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;

/**
 * DynamoDB Local on port 8000, in memory: where the Kinesis Client Library keeps its leases in the
 * cluster tests. It runs until the process is stopped.
 */
public final class LeaseTables {
  private static final String PORT = "8000";

  private LeaseTables() {}

  /** Starts the server, whose threads keep the process alive. */
  public static void main(String[] arguments) throws Exception {
    DynamoDBProxyServer server =
        ServerRunner.createServerFromCommandLineArgs(
            new String[] {"-inMemory", "-sharedDb", "-disableTelemetry", "-port", PORT});
    server.start();
    System.out.println("listening on " + PORT);
    server.join();
  }
}

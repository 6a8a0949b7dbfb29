// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An application in a pod that uses the AWS SDK for Java. Endpoint, credentials and region come
 * from its environment, and so does a number of attempts above the default of three, as for any
 * application that must survive the loss of a node.
 */
final class ClientJob {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Installation installation;
  private final String name;

  private ClientJob(Installation installation, String name) {
    this.installation = installation;
    this.name = name;
  }

  /**
   * Starts a command of the client's program, such as {@code put STREAM N} or {@code get STREAM},
   * which calls the gateway.
   */
  static ClientJob start(Installation installation, String... arguments) {
    return startAt(installation, installation.gatewayEndpoint(), arguments);
  }

  /** Starts a command that calls an endpoint. */
  static ClientJob startAt(Installation installation, String endpoint, String... arguments) {
    ClientJob job =
        new ClientJob(
            installation, "client-%d-%s".formatted(COUNT.incrementAndGet(), arguments[0]));
    installation.apply(job.manifest(endpoint, String.join("\", \"", arguments)));
    return job;
  }

  private String manifest(String endpoint, String arguments) {
    return """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: %1$s}
      spec:
        backoffLimit: 0
        template:
          spec:
            restartPolicy: Never
            automountServiceAccountToken: false
            # What it has seen goes with it: it stays where it is while its node is cut off.
            tolerations:
              - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}
              - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute}
            securityContext:
              runAsNonRoot: true
              runAsUser: 65532
              seccompProfile: {type: RuntimeDefault}
            containers:
              - name: client
                image: %2$s
                imagePullPolicy: IfNotPresent
                args: ["%3$s"]
                env:
                  - {name: AWS_ENDPOINT_URL_KINESIS, value: "%4$s"}
                  - {name: AWS_REGION, value: us-east-1}
                  - {name: AWS_RETRY_MODE, value: standard}
                  - {name: AWS_MAX_ATTEMPTS, value: "15"}
                envFrom:
                  - secretRef: {name: millrace-credentials}
                resources:
                  limits: {memory: 256Mi}
                securityContext:
                  allowPrivilegeEscalation: false
                  readOnlyRootFilesystem: true
                  capabilities: {drop: [ALL]}
      """
        .formatted(name, installation.clientImage(), arguments, endpoint);
  }

  /** Runs a job to its end and returns the lines that it printed. */
  static List<String> run(Installation installation, String... arguments) {
    return start(installation, arguments).finish();
  }

  /** Runs a job that calls an endpoint, as {@link #run}. */
  static List<String> runAt(Installation installation, String endpoint, String... arguments) {
    return startAt(installation, endpoint, arguments).finish();
  }

  /** The node on which it runs. */
  String node() {
    return Objects.requireNonNull(
        installation
            .kubernetes()
            .pods()
            .inNamespace(installation.namespace())
            .withLabel("job-name", name)
            .list()
            .getItems()
            .getFirst()
            .getSpec()
            .getNodeName());
  }

  /** Waits until the job, which keeps running, has had this many records acknowledged. */
  void awaitAcknowledged(int count) {
    Eventually.holds(
        count + " records of " + name + " are acknowledged",
        Installation.TIMEOUT,
        () -> acknowledgedSoFar() >= count);
  }

  /** Number of records acknowledged so far; 0 before the pod has started. */
  int acknowledgedSoFar() {
    return SentRecord.acknowledged(printedSoFar()).size();
  }

  /** The lines printed so far; none before the pod has started. */
  List<String> printedSoFar() {
    return installation.tryKubectl("", "logs", "job/" + name, "--tail=-1").out().lines().toList();
  }

  /** Stops a job that runs until a SIGTERM, and returns what it printed. */
  List<String> stop() {
    installation.kubectl("exec", "job/" + name, "--", "sh", "-c", "kill -TERM 1");
    return finish();
  }

  /** Removes the job, which may still run. */
  void delete() {
    installation.kubectl("delete", "job/" + name, "--cascade=foreground");
  }

  /** Waits for the end of the job, fails unless it succeeded, and returns what it printed. */
  List<String> finish() {
    Job job =
        installation
            .kubernetes()
            .batch()
            .v1()
            .jobs()
            .inNamespace(installation.namespace())
            .withName(name)
            .waitUntilCondition(
                found -> found != null && ended(found.getStatus()),
                Installation.TIMEOUT.toSeconds(),
                TimeUnit.SECONDS);
    String log = installation.kubectl("logs", "job/" + name, "--tail=-1");
    if (!hasCondition(job.getStatus(), "Complete")) {
      throw new AssertionError(name + " failed: " + log);
    }
    return log.lines().toList();
  }

  private static boolean ended(JobStatus status) {
    return hasCondition(status, "Complete") || hasCondition(status, "Failed");
  }

  private static boolean hasCondition(JobStatus status, String type) {
    return status.getConditions().stream()
        .anyMatch(
            condition -> condition.getType().equals(type) && condition.getStatus().equals("True"));
  }

  /** A figure that the job printed, in microseconds. */
  static double micros(String percentile, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(percentile + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(percentile.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}

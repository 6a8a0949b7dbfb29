package dev.millrace.e2e.cluster;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An application in a pod, with the AWS SDK for Java as it comes: told by its environment where the
 * service is and who it is, and to try more often than three times, as one does whose service may
 * lose a machine.
 */
final class ClientJob {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Installation installation;
  private final String name;

  private ClientJob(Installation installation, String name) {
    this.installation = installation;
    this.name = name;
  }

  /** Starts {@code put STREAM N}, {@code latency STREAM N} or {@code get STREAM}. */
  static ClientJob start(Installation installation, String... arguments) {
    ClientJob job =
        new ClientJob(
            installation, "client-%d-%s".formatted(COUNT.incrementAndGet(), arguments[0]));
    installation.apply(job.manifest(String.join("\", \"", arguments)));
    return job;
  }

  private String manifest(String arguments) {
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
                  - {name: AWS_ENDPOINT_URL_KINESIS, value: "http://millrace-gateway.%4$s.svc:4567"}
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
        .formatted(name, installation.clientImage(), arguments, installation.namespace());
  }

  /** Runs it to its end; the lines that it printed. */
  static List<String> run(Installation installation, String... arguments) {
    return start(installation, arguments).finish();
  }

  /** Waits until so many records are acknowledged, while it goes on. */
  void awaitAcknowledged(int count) {
    Eventually.holds(
        count + " records are acknowledged to " + name,
        Installation.PATIENCE,
        () -> acknowledgedSoFar() >= count);
  }

  /** How many records were acknowledged until now; none while its pod has not started. */
  int acknowledgedSoFar() {
    Program.Result log = installation.tryKubectl("", "logs", "job/" + name, "--tail=-1");
    return SentRecord.acknowledged(log.out().lines().toList()).size();
  }

  /** Waits for its end, which must be a good one; the lines that it printed. */
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
                Installation.PATIENCE.toSeconds(),
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
}

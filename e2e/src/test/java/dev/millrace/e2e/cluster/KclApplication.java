// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * An application of the Kinesis Client Library: a Deployment of two workers, which share leases in
 * DynamoDB Local, a pod of its own.
 *
 * @param name of the Deployment and, in the library's sense, of the application
 */
record KclApplication(Installation installation, String name) {
  /** Label of the pods of all applications and of DynamoDB Local; its value is their name. */
  static final String LABEL = "app";

  private static final int WORKERS = 2;

  /** Starts DynamoDB Local; every application of the installation uses it. */
  static void startLeaseTables(Installation installation) {
    // It unpacks a native library into the working directory, and by default reports its use to its
    // vendor.
    installation.apply(
        deployment(
                installation,
                "lease-tables",
                1,
                "/tmp",
                "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                "8000")
            + """
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: lease-tables}
            spec:
              selector: {app: lease-tables}
              ports: [{port: 8000}]
            """);
    awaitRollout(installation, "lease-tables");
  }

  /**
   * Starts the workers.
   *
   * @param mode {@code polling} or {@code fan-out}
   */
  static KclApplication start(Installation installation, String mode, String stream) {
    KclApplication application = new KclApplication(installation, "kcl-" + mode);
    installation.apply(
        deployment(
            installation,
            application.name,
            WORKERS,
            "/opt/client",
            "dev.millrace.e2e.client.KclWorker",
            mode,
            stream,
            application.name,
            "$(POD)"));
    awaitRollout(installation, application.name);
    return application;
  }

  private static String deployment(
      Installation installation, String name, int replicas, String folder, String... program) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s}
    spec:
      replicas: %2$d
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec:
          automountServiceAccountToken: false
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            seccompProfile: {type: RuntimeDefault}
          volumes: [{name: tmp, emptyDir: {}}]
          containers:
            - name: client
              image: %3$s
              imagePullPolicy: IfNotPresent
              workingDir: %4$s
              command: [java, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx160m, -Dlog4j2.level=WARN,
                -Dsqlite4java.library.path=/opt/client/lib, -cp, "/opt/client/classes:/opt/client/lib/*"]
              args: ["%5$s"]
              env:
                - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: AWS_ENDPOINT_URL_KINESIS, value: "http://millrace-gateway.%6$s.svc:4567"}
                - {name: AWS_ENDPOINT_URL_DYNAMODB, value: "http://lease-tables.%6$s.svc:8000"}
                - {name: AWS_ENDPOINT_URL_CLOUDWATCH, value: "http://127.0.0.1:9"}
                - {name: AWS_EC2_METADATA_DISABLED, value: "true"}
                - {name: AWS_REGION, value: us-east-1}
              envFrom:
                - secretRef: {name: millrace-credentials}
              volumeMounts: [{name: tmp, mountPath: /tmp}]
              resources:
                limits: {memory: 512Mi}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {drop: [ALL]}
    """
        .formatted(
            name,
            replicas,
            installation.clientImage(),
            folder,
            String.join("\", \"", program),
            installation.namespace());
  }

  private static void awaitRollout(Installation installation, String deployment) {
    installation.kubectl(
        "rollout",
        "status",
        "deployment/" + deployment,
        "--timeout=" + Installation.TIMEOUT.toSeconds() + "s");
  }

  /** Waits until a record of each of these shards has been processed since a time. */
  void awaitProcessed(Set<String> shards, Instant since) {
    Eventually.holds(
        "%s processes %s".formatted(name, shards),
        Installation.TIMEOUT,
        () -> history(since).shards().containsAll(shards));
  }

  /** Waits until all these records have been processed, and returns everything that was. */
  KclHistory finish(List<SentRecord> acknowledged) {
    Eventually.holds(
        "%s has processed all %d records".formatted(name, acknowledged.size()),
        Installation.TIMEOUT,
        () -> history(Instant.EPOCH).hasAll(acknowledged));
    return history(Instant.EPOCH);
  }

  private KclHistory history(Instant since) {
    return KclHistory.of(workers().stream().map(worker -> log(worker, since)).toList());
  }

  private String log(Pod worker, Instant since) {
    return installation
        .kubernetes()
        .pods()
        .inNamespace(installation.namespace())
        .withName(worker.getMetadata().getName())
        .sinceTime(since.toString())
        .getLog();
  }

  private List<Pod> workers() {
    return installation
        .kubernetes()
        .pods()
        .inNamespace(installation.namespace())
        .withLabel(LABEL, name)
        .list()
        .getItems();
  }

  /** Removes the workers; the lease tables stay for other applications. */
  void stop() {
    installation.kubectl("delete", "deployment/" + name);
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import io.fabric8.kubernetes.api.model.Node;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The API {@code metrics.k8s.io}, which autoscalers ask: the cluster's own, or else one that is
 * served by the test client's image until {@link #remove}.
 */
final class ResourceMetrics {
  private static final String API = "v1beta1.metrics.k8s.io";

  /** All of its objects that are not in the namespace have this name before the namespace's. */
  private static final String NAME = "resource-metrics";

  private final Installation installation;
  private final boolean isOurs;

  private ResourceMetrics(Installation installation, boolean isOurs) {
    this.installation = installation;
    this.isOurs = isOurs;
  }

  /** Waits until there is such an API. */
  static ResourceMetrics available(Installation installation) {
    boolean isThere =
        !installation.kubectl("get", "apiservice", API, "--ignore-not-found").isEmpty();
    ResourceMetrics metrics = new ResourceMetrics(installation, !isThere);
    if (!isThere) {
      try {
        installation.apply(metrics.manifest());
        metrics.await("rollout", "status", "deployment/" + NAME);
        metrics.await("wait", "--for=condition=Available", "apiservice/" + API);
      } catch (AssertionError e) {
        metrics.remove();
        throw e;
      }
    }
    return metrics;
  }

  private void await(String... command) {
    String[] arguments = Arrays.copyOf(command, command.length + 1);
    arguments[command.length] = "--timeout=" + Installation.TIMEOUT.toSeconds() + "s";
    installation.kubectl(arguments);
  }

  /** It reads what the kubelets measure through the API server, and needs a role for that. */
  private String manifest() {
    String nodes =
        installation.kubernetes().nodes().list().getItems().stream()
            .map((Node node) -> node.getMetadata().getName())
            .collect(Collectors.joining(", "));
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: resource-metrics}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: resource-metrics-%1$s}
    rules:
      - {apiGroups: [""], resources: [nodes/proxy, nodes/metrics], verbs: [get]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: resource-metrics-%1$s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: resource-metrics-%1$s}
    subjects:
      - {kind: ServiceAccount, name: resource-metrics, namespace: %1$s}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: resource-metrics}
    spec:
      selector: {app: resource-metrics}
      ports: [{port: 443, targetPort: 8443}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: resource-metrics}
    spec:
      selector: {matchLabels: {app: resource-metrics}}
      template:
        metadata: {labels: {app: resource-metrics}}
        spec:
          serviceAccountName: resource-metrics
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            seccompProfile: {type: RuntimeDefault}
          volumes: [{name: tmp, emptyDir: {}}]
          containers:
            - name: metrics
              image: %2$s
              imagePullPolicy: IfNotPresent
              command: [java, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx64m, -cp, /opt/client/classes]
              args: [dev.millrace.e2e.client.ResourceMetricsApi, %3$s]
              readinessProbe: {tcpSocket: {port: 8443}, periodSeconds: 1}
              volumeMounts: [{name: tmp, mountPath: /tmp}]
              resources:
                limits: {memory: 192Mi}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {drop: [ALL]}
    ---
    apiVersion: apiregistration.k8s.io/v1
    kind: APIService
    metadata: {name: v1beta1.metrics.k8s.io}
    spec:
      group: metrics.k8s.io
      version: v1beta1
      groupPriorityMinimum: 100
      versionPriority: 100
      insecureSkipTLSVerify: true
      service: {name: resource-metrics, namespace: %1$s}
    """
        .formatted(installation.namespace(), installation.clientImage(), nodes);
  }

  /** Removes what {@link #available} has added. */
  void remove() {
    if (isOurs) {
      String clusterName = NAME + "-" + installation.namespace();
      // First the APIService: without its server, the deletion of any namespace would wait for it.
      installation.kubectl("delete", "apiservice", API, "--ignore-not-found");
      installation.kubectl(
          "delete",
          "clusterrolebinding/" + clusterName,
          "clusterrole/" + clusterName,
          "deployment/" + NAME,
          "service/" + NAME,
          "serviceaccount/" + NAME,
          "--ignore-not-found");
    }
  }
}

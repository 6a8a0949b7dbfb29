{{/* Labels of everything; takes the root and the component. */}}
{{- define "millrace.labels" -}}
{{ include "millrace.selector" . }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/version: {{ .root.Values.images.tag | default .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* Labels that select pods: they never change, so that upgrades work. */}}
{{- define "millrace.selector" -}}
app.kubernetes.io/name: millrace
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "millrace.dataplaneImage" -}}
{{ .Values.images.dataplane }}:{{ .Values.images.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "millrace.operatorImage" -}}
{{ .Values.images.operator }}:{{ .Values.images.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Security contexts of pods and containers for Pod Security "restricted". */}}
{{- define "millrace.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "millrace.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Every role has the same probes. Starting may take two minutes on a busy node. */}}
{{- define "millrace.probes" -}}
startupProbe:
  httpGet: {path: /health/started, port: health}
  periodSeconds: 1
  failureThreshold: 120
livenessProbe:
  httpGet: {path: /health/live, port: health}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /health/ready, port: health}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
{{- end }}

{{/*
A value that is generated once: the value in the Secret if there is one, else the offer, both in base64. Takes root,
namespace, secret, key and offer. A dry run sees no cluster and shows the offer.
*/}}
{{- define "millrace.once" -}}
{{- $found := lookup "v1" "Secret" .namespace .secret -}}
{{- dig "data" .key .offer (default (dict) $found) -}}
{{- end }}

{{/* The Secret with the access keys of clients, in every namespace that has a gateway. */}}
{{- define "millrace.credentialsSecret" -}}
{{ .Values.auth.existingSecret | default "millrace-credentials" }}
{{- end }}

{{/* The Secret with the key of iterators, in every namespace that has a gateway. */}}
{{- define "millrace.tokenKeySecret" -}}
{{ .Values.tokenKey.existingSecret | default "millrace-token-key" }}
{{- end }}

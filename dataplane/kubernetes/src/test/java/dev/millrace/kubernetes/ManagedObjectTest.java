// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A patch applies to one version of one object, and keeps all that calls have set before. */
class ManagedObjectTest {
  private static ManagedObject object(String managedFields) {
    return ManagedObject.parse(
        """
        {"apiVersion": "millrace.dev/v1alpha1", "kind": "KinesisStream",
         "metadata": {"name": "orders", "uid": "u", "resourceVersion": "7",
                      "annotations": {"a": "1", "b": "2"}, "managedFields": [%s]},
         "spec": {"shardCount": 2, "retentionPeriodHours": 48, "ofANewerVersion": {"x": 1}}}
        """
            .formatted(managedFields));
  }

  private static String entry(String manager, String operation, String fields) {
    return """
    {"manager": "%s", "operation": "%s", "apiVersion": "millrace.dev/v1alpha1", "time": "t",
     "fieldsType": "FieldsV1", "fieldsV1": %s}
    """
        .formatted(manager, operation, fields);
  }

  @Test
  void theOwnPatchHasAllOwnFieldsEvenThoseThatThisVersionDoesNotKnow() {
    ManagedObject object =
        object(
            entry("argocd", "Apply", "{\"f:spec\": {\"f:shardCount\": {}}}")
                + ","
                + entry(
                    "millrace-api",
                    "Apply",
                    """
                    {"f:metadata": {"f:annotations": {"f:b": {}}},
                     "f:spec": {"f:retentionPeriodHours": {}, "f:ofANewerVersion": {}}}
                    """));
    assertThat(object.ownPatch())
        .isEqualTo(
            Json.parse(
                """
                {"apiVersion": "millrace.dev/v1alpha1", "kind": "KinesisStream",
                 "metadata": {"name": "orders", "uid": "u", "resourceVersion": "7",
                              "annotations": {"b": "2"}},
                 "spec": {"retentionPeriodHours": 48, "ofANewerVersion": {"x": 1}}}
                """));
    assertThat(object.adoption()).isEmpty();
    assertThat(object.otherOwners(FieldPath.of("spec", "shardCount"))).containsExactly("argocd");
    assertThat(object.otherOwners(FieldPath.of("spec", "retentionPeriodHours"))).isEmpty();
  }

  @Test
  void whatWasCreatedIsAdoptedIntoWhatIsAppliedUnderTheSameVersion() {
    ManagedObject object =
        object(
            entry("millrace-api", "Update", "{\"f:spec\": {\"f:shardCount\": {}}}")
                + ","
                + entry("kubectl-edit", "Update", "{\"f:spec\": {\"f:x\": {}}}")
                + ","
                + entry("millrace-api", "Apply", "{\"f:spec\": {\"f:retentionPeriodHours\": {}}}"));
    assertThat(Json.parse(object.adoption().orElseThrow()))
        .isEqualTo(
            Json.parse(
                """
                [{"op": "replace", "path": "/metadata/managedFields", "value": [%s, %s]},
                 {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}]
                """
                    .formatted(
                        entry("kubectl-edit", "Update", "{\"f:spec\": {\"f:x\": {}}}"),
                        entry(
                            "millrace-api",
                            "Apply",
                            """
                            {"f:spec": {"f:shardCount": {}, "f:retentionPeriodHours": {}}}
                            """))));
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.crds.Shard;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

/** Nothing of {@code managedFields} stays in memory. */
class LeanObjectsTest {
  private static final String SHARD =
      """
      {"apiVersion": "millrace.dev/v1alpha1", "kind": "Shard",
       "metadata": {"name": "orders-0", "labels": {"a": "b"}, "unknown": 1,
         "managedFields": [{"manager": "somebody", "fieldsV1": {"f:spec": {"f:shardId": {}}}}]},
       "spec": {"shardId": "shardId-000000000000"}}
      """;

  private static Shard read(ObjectMapper mapper) {
    return new KubernetesSerialization(mapper, true).unmarshal(SHARD, Shard.class);
  }

  @Test
  void managedFieldsAreLeftOutAndTheRestStays() {
    ObjectMapper mapper = new ObjectMapper();
    new LeanObjects().customize(mapper);
    Shard shard = read(mapper);
    assertThat(shard.getMetadata().getManagedFields()).isEmpty();
    assertThat(shard.getMetadata().getAdditionalProperties()).containsOnlyKeys("unknown");
    assertThat(shard.getMetadata().getLabels()).containsEntry("a", "b");
    assertThat(shard.getSpec().shardId()).isEqualTo("shardId-000000000000");
    assertThat(read(new ObjectMapper()).getMetadata().getManagedFields()).hasSize(1);
  }
}

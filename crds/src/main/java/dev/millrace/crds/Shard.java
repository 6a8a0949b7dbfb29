// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A shard of a stream. Written by the operator and read by the gateways; not meant to be edited.
 */
@JsonClassDescription(
    "A shard of a stream. Written by the operator and read by the gateways; not meant to be edited.")
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("shards")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class Shard extends CustomResource<ShardSpec, ShardStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;
}

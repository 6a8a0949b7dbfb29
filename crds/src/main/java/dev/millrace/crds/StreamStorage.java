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
 * The records of a stream: what outlives its KinesisStream under deletionPolicy Retain. It has the
 * name of the KinesisStream and owns the volumes and Shards. Whoever deletes it deletes the
 * records.
 */
@JsonClassDescription(
    "The records of a stream, under the name of its KinesisStream: it owns the volumes and Shards. Written by the operator. Without a KinesisStream it is what deletionPolicy Retain has left; to delete it is to delete the records.")
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("streamstorages")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class StreamStorage extends CustomResource<StreamStorageSpec, Void>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}

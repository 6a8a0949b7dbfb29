package dev.millrace.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;

/** One shard of a stream: written by the operator, read by the gateways; not for people to edit. */
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

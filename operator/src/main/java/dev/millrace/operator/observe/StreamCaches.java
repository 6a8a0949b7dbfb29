package dev.millrace.operator.observe;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.Shard;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What the watches and the last pass know of one stream, and a way past them. The objects are
 * shared: they are read and never changed.
 *
 * @param claimants all KinesisStreams of the namespace that ask for the same stream name
 * @param shards that carry the stream's name
 * @param services that carry the stream's name
 * @param statefulSets that carry the stream's name
 * @param pods that carry the stream's name
 * @param failures what the last pass could not do, and why
 * @param lookup asks the API server
 */
public record StreamCaches(
    List<KinesisStream> claimants,
    Collection<Shard> shards,
    Collection<Service> services,
    Collection<StatefulSet> statefulSets,
    Collection<Pod> pods,
    List<String> failures,
    Lookup lookup) {

  /**
   * Asks the API server for one object: the watches see only what carries our label, and are a
   * moment late.
   */
  @FunctionalInterface
  public interface Lookup {
    /** The object, if there is one. */
    <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name);
  }
}

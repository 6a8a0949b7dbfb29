// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.operator.observe.ObservedQuota;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ShardStatefulSets;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the quotas of a namespace have room for what is to be made. The API server would refuse
 * objects one by one and leave a part of a stream; so it is asked before anything is made.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Kubernetes: Resource
 *     Quotas</a>
 */
final class QuotaCheck {
  private final Map<String, BigDecimal> needed = new LinkedHashMap<>();

  private QuotaCheck() {}

  /**
   * What some shards take.
   *
   * @param shards Shards that are made
   * @param volumes volume claims that are made
   * @param sets StatefulSets that are made, each with a pod for every replica
   */
  static QuotaCheck of(DesiredStream stream, int shards, int volumes, int sets) {
    QuotaCheck check = new QuotaCheck();
    check.need("count/shards.millrace.dev", BigDecimal.ONE, shards);
    int pods = sets * stream.replicas();
    check.need("count/statefulsets.apps", BigDecimal.ONE, sets);
    for (String name : List.of("pods", "count/pods")) {
      check.need(name, BigDecimal.ONE, pods);
    }
    for (String name : List.of("persistentvolumeclaims", "count/persistentvolumeclaims")) {
      check.need(name, BigDecimal.ONE, volumes);
    }
    BigDecimal bytes = Quantity.getAmountInBytes(stream.storageSize());
    check.need("requests.storage", bytes, volumes);
    stream
        .storageClassName()
        .ifPresent(
            name -> {
              String prefix = name + ".storageclass.storage.k8s.io/";
              check.need(prefix + "requests.storage", bytes, volumes);
              check.need(prefix + "persistentvolumeclaims", BigDecimal.ONE, volumes);
            });
    ResourceRequirements pod = ShardStatefulSets.resources();
    pod.getRequests()
        .forEach(
            (name, amount) -> {
              check.need(name, Quantity.getAmountInBytes(amount), pods);
              check.need("requests." + name, Quantity.getAmountInBytes(amount), pods);
            });
    pod.getLimits()
        .forEach(
            (name, amount) ->
                check.need("limits." + name, Quantity.getAmountInBytes(amount), pods));
    return check;
  }

  private void need(String resource, BigDecimal each, int times) {
    if (times > 0) {
      needed.put(resource, each.multiply(BigDecimal.valueOf(times)));
    }
  }

  /** The first quota without room; empty if all have it. */
  Optional<String> problem(List<ObservedQuota> quotas) {
    return quotas.stream().flatMap(quota -> problem(quota).stream()).findFirst();
  }

  private Optional<String> problem(ObservedQuota quota) {
    return needed.entrySet().stream()
        .filter(need -> quota.hard().containsKey(need.getKey()))
        .filter(
            need ->
                amount(quota.used(), need.getKey())
                        .add(need.getValue())
                        .compareTo(amount(quota.hard(), need.getKey()))
                    > 0)
        .findFirst()
        .map(
            need ->
                "ResourceQuota %s: %s: %s more needed, %s of %s used"
                    .formatted(
                        quota.name(),
                        need.getKey(),
                        shown(need.getKey(), need.getValue()),
                        quota.used().getOrDefault(need.getKey(), new Quantity("0")),
                        quota.hard().get(need.getKey())));
  }

  private static BigDecimal amount(Map<String, Quantity> amounts, String name) {
    return Optional.ofNullable(amounts.get(name))
        .map(Quantity::getAmountInBytes)
        .orElse(BigDecimal.ZERO);
  }

  /** Bytes as Kubernetes writes them. */
  private static String shown(String resource, BigDecimal amount) {
    boolean isBytes = resource.endsWith("storage") || resource.endsWith("memory");
    return isBytes
        ? Quantity.fromNumericalAmount(amount, "Mi").toString()
        : amount.stripTrailingZeros().toPlainString();
  }
}

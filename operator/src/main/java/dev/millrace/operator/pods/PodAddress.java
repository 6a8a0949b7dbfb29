package dev.millrace.operator.pods;

import java.util.Optional;

/**
 * Where a pod is asked.
 *
 * @param namespace its namespace
 * @param name its name
 * @param ip its address; empty until it has one
 */
public record PodAddress(String namespace, String name, Optional<String> ip) {}

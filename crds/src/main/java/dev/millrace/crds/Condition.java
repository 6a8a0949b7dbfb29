package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * One aspect of an object's state, in Kubernetes' own shape; a list of them is a map by {@code
 * type}.
 *
 * @param type which aspect: Ready, Progressing, Degraded
 * @param status True, False or Unknown
 * @param observedGeneration the generation of spec that it speaks of
 * @param lastTransitionTime when status last changed, RFC 3339
 * @param reason one CamelCase word for programs
 * @param message one sentence for people
 * @see <a
 *     href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties">API
 *     conventions</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
    @Required String type,
    @Required String status,
    @Nullable Long observedGeneration,
    @Required String lastTransitionTime,
    @Required String reason,
    @Required String message) {}

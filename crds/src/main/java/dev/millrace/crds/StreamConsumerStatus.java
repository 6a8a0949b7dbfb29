package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a consumer is, as the operator last saw it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamConsumerStatus(
    @Nullable Long observedGeneration,
    @Nullable String consumerARN,
    @PrinterColumn(name = "Status") @Nullable String consumerStatus,
    @Nullable List<Condition> conditions) {}

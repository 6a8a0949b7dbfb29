// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A consumer and the stream that it reads. Cannot be changed.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kinesis-streamconsumer.html">AWS::Kinesis::StreamConsumer</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.streamRef) != has(self.streamARN)",
    message = "one of streamRef and streamARN is required, and not both")
@ValidationRule(value = "self == oldSelf", message = "a StreamConsumer's spec cannot be changed")
public record StreamConsumerSpec(
    @JsonPropertyDescription("Stream in the same namespace. Either this or streamARN is required.")
        @Nullable StreamRef streamRef,
    @JsonPropertyDescription("ARN of the stream. Either this or streamRef is required.")
        @Size(min = 1, max = 2048)
        @Nullable String streamARN,
    @JsonPropertyDescription("Name of the consumer in the Kinesis API. Defaults to metadata.name.")
        @Pattern("^[a-zA-Z0-9_.-]+$")
        @Size(min = 1, max = 128)
        @PrinterColumn(name = "Consumer")
        @Nullable String consumerName) {

  /** A reference to a KinesisStream in the same namespace. */
  public record StreamRef(
      @JsonPropertyDescription("metadata.name of the KinesisStream.")
          @Required
          @PrinterColumn(name = "Stream")
          String name) {}
}

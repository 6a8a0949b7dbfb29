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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A consumer and the stream that it reads. Only tags and resource policy can be changed.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kinesis-streamconsumer.html">AWS::Kinesis::StreamConsumer</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.streamRef) != has(self.streamARN)",
    message = "one of streamRef and streamARN is required, and not both")
@ValidationRule(
    value =
        "has(oldSelf.streamRef) == has(self.streamRef) && (!has(self.streamRef) || self.streamRef == oldSelf.streamRef)",
    message = "streamRef cannot be changed")
@ValidationRule(
    value =
        "has(oldSelf.streamARN) == has(self.streamARN) && (!has(self.streamARN) || self.streamARN == oldSelf.streamARN)",
    message = "streamARN cannot be changed")
@ValidationRule(
    value =
        "has(oldSelf.consumerName) == has(self.consumerName) && (!has(self.consumerName) || self.consumerName == oldSelf.consumerName)",
    message = "consumerName cannot be changed")
public record StreamConsumerSpec(
    @JsonPropertyDescription(
            "Stream in the same namespace. Either this or streamARN is required. Cannot be changed.")
        @Nullable StreamRef streamRef,
    @JsonPropertyDescription(
            "ARN of a stream of the same account and region. Either this or streamRef is required. Cannot be changed.")
        @Size(min = 1, max = 2048)
        @Nullable String streamARN,
    @JsonPropertyDescription(
            "Name of the consumer in the Kinesis API. Defaults to metadata.name. Cannot be changed.")
        @Pattern("^[a-zA-Z0-9_.-]+$")
        @Size(min = 1, max = 128)
        @PrinterColumn(name = "Consumer")
        @Nullable String consumerName,
    @JsonPropertyDescription("Tags of the consumer, as returned by ListTagsForResource.")
        @Nullable Map<String, String> tags,
    @JsonPropertyDescription("Resource policy of the consumer, a JSON document.")
        @Size(min = 1, max = 20_480)
        @Nullable String resourcePolicy) {

  /** A reference to a KinesisStream in the same namespace. */
  public record StreamRef(
      @JsonPropertyDescription("metadata.name of the KinesisStream.")
          @Required
          @Size(min = 1, max = 253)
          @PrinterColumn(name = "Stream")
          String name) {}
}

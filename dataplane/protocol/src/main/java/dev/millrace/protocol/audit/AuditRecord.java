// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.core.error.Excerpt;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.auth.Signer;
import dev.millrace.protocol.schema.RequestParameters;
import dev.millrace.protocol.schema.Structure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One call and its outcome, in the shape of a CloudTrail record.
 *
 * <p>{@code responseElements} is always null. Texts from the client are cut after {@link
 * Excerpt#MAX_BYTES} bytes, and {@code requestParameters} are left out above {@link
 * RequestParameters#MAX_BYTES}, so that a line has a bound.
 *
 * @param time when the call was completed
 * @param region the {@code awsRegion}
 * @param account 12 digits: the account whose streams are served
 * @param input the decoded request; absent if it was not decoded
 * @param requestId the id that the client got in {@code x-amzn-RequestId}
 * @param eventId a UUID of this record
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">CloudTrail
 *     record contents</a>
 */
public record AuditRecord(
    Instant time,
    String region,
    String account,
    AuditedCall call,
    AuditCaller caller,
    AuditSource source,
    Optional<AuditFailure> failure,
    Optional<Structure> input,
    String requestId,
    String eventId) {
  /** The version of CloudTrail's format whose fields these are. */
  private static final String EVENT_VERSION = "1.11";

  /** Access key ids of AWS have no more characters; a longer one is not recorded. */
  private static final int MAX_KEY_LENGTH = 128;

  private static final int EXPECTED_BYTES = 1024;

  /** Escapes everything outside ASCII: some readers take other characters for ends of lines. */
  private static final int HIGHEST_UNESCAPED = 0x7E;

  @FunctionalInterface
  private interface Fields {
    void to(JsonGenerator out) throws IOException;
  }

  /** The record as one line of ASCII with its line feed at the end, and none before. */
  public byte[] line() {
    return line(
        out -> {
          writeHead(out, time, region, call.service(), call.name(), this::writeCaller);
          writeSource(out);
          writeOutcome(out);
          out.writeStringField("requestID", requestId);
          out.writeStringField("eventID", eventId);
          out.writeBooleanField("readOnly", call.readOnly());
          writeResources(out);
          out.writeStringField("eventType", "AwsApiCall");
          out.writeBooleanField("managementEvent", !call.data());
          out.writeStringField("recipientAccountId", account);
          out.writeStringField("eventCategory", call.data() ? "Data" : "Management");
          writeTls(out);
        });
  }

  /**
   * The line for records that were dropped: an event of the service itself.
   *
   * @param dropped how many
   */
  public static byte[] droppedLine(
      Instant time, String region, String account, String eventId, long dropped) {
    return line(
        out -> {
          writeHead(
              out,
              time,
              region,
              AuditedCall.KINESIS,
              "AuditRecordsDropped",
              caller -> {
                caller.writeStringField("type", "AWSService");
                caller.writeStringField("invokedBy", AuditedCall.KINESIS);
              });
          out.writeStringField("sourceIPAddress", AuditedCall.KINESIS);
          out.writeStringField("userAgent", AuditedCall.KINESIS);
          out.writeNullField("requestParameters");
          out.writeNullField("responseElements");
          out.writeStringField("eventID", eventId);
          out.writeBooleanField("readOnly", false);
          out.writeStringField("eventType", "AwsServiceEvent");
          out.writeBooleanField("managementEvent", true);
          out.writeStringField("recipientAccountId", account);
          out.writeObjectFieldStart("serviceEventDetails");
          out.writeNumberField("droppedRecords", dropped);
          out.writeEndObject();
          out.writeStringField("eventCategory", "Management");
        });
  }

  private static byte[] line(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(EXPECTED_BYTES);
    try (JsonGenerator out = Codec.JSON.generator(bytes)) {
      out.setHighestNonEscapedChar(HIGHEST_UNESCAPED);
      out.writeStartObject();
      fields.to(out);
      out.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static void writeHead(
      JsonGenerator out, Instant time, String region, String service, String name, Fields caller)
      throws IOException {
    out.writeStringField("eventVersion", EVENT_VERSION);
    out.writeObjectFieldStart("userIdentity");
    caller.to(out);
    out.writeEndObject();
    out.writeStringField("eventTime", time.truncatedTo(ChronoUnit.SECONDS).toString());
    out.writeStringField("eventSource", service);
    out.writeStringField("eventName", name);
    out.writeStringField("awsRegion", region);
  }

  private void writeCaller(JsonGenerator out) throws IOException {
    switch (caller) {
      case AuditCaller.SignedUser(Signer signer) -> {
        out.writeStringField("type", signer.isRoleSession() ? "AssumedRole" : "IAMUser");
        out.writeStringField("principalId", signer.userId());
        out.writeStringField("arn", signer.arn());
        out.writeStringField("accountId", signer.account());
        out.writeStringField("accessKeyId", signer.accessKeyId());
        if (!signer.isRoleSession()) {
          out.writeStringField("userName", signer.userName());
        }
      }
      case AuditCaller.WebIdentityUser(String subject) -> {
        out.writeStringField("type", "WebIdentityUser");
        out.writeStringField("principalId", subject);
        out.writeStringField("userName", subject);
      }
      case AuditCaller.AnyCaller _ -> {
        out.writeStringField("type", "AWSAccount");
        out.writeStringField("principalId", "");
        out.writeStringField("accountId", "ANONYMOUS_PRINCIPAL");
      }
      case AuditCaller.UnverifiedCaller(Optional<String> claimedKey) -> {
        out.writeStringField("type", "Unknown");
        if (claimedKey.filter(key -> key.length() <= MAX_KEY_LENGTH).isPresent()) {
          out.writeStringField("accessKeyId", claimedKey.get());
        }
      }
    }
  }

  private void writeSource(JsonGenerator out) throws IOException {
    out.writeStringField("sourceIPAddress", source.address());
    if (source.userAgent().isPresent()) {
      out.writeStringField("userAgent", Excerpt.of(source.userAgent().get()));
    }
  }

  private void writeOutcome(JsonGenerator out) throws IOException {
    if (failure.isPresent()) {
      out.writeStringField("errorCode", failure.get().code());
      if (!failure.get().message().isEmpty()) {
        out.writeStringField("errorMessage", Excerpt.of(failure.get().message()));
      }
    }
    out.writeFieldName("requestParameters");
    if (input.isPresent()) {
      RequestParameters.of(input.get()).writeTo(out);
    } else {
      out.writeNull();
    }
    out.writeNullField("responseElements");
  }

  private void writeResources(JsonGenerator out) throws IOException {
    Optional<AuditedResource> resource =
        input.flatMap(is -> AuditedResource.of(is, region, account));
    if (resource.isPresent()) {
      out.writeArrayFieldStart("resources");
      out.writeStartObject();
      out.writeStringField("accountId", resource.get().account());
      out.writeStringField("type", resource.get().type());
      out.writeStringField("ARN", resource.get().arn());
      out.writeEndObject();
      out.writeEndArray();
    }
  }

  private void writeTls(JsonGenerator out) throws IOException {
    if (source.tls().isPresent()) {
      out.writeObjectFieldStart("tlsDetails");
      out.writeStringField("tlsVersion", source.tls().get().version());
      out.writeStringField("cipherSuite", source.tls().get().cipherSuite());
      if (source.host().isPresent()) {
        out.writeStringField("clientProvidedHostHeader", Excerpt.of(source.host().get()));
      }
      out.writeEndObject();
    }
  }
}

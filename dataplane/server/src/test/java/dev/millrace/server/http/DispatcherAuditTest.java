// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.audit.AuditSource;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.protocol.request.SecurityTokenCalls;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.ListStreamsInput;
import dev.millrace.protocol.shape.PutRecordInput;
import dev.millrace.server.audit.AuditRecordSchema;
import dev.millrace.server.audit.AuditTrail;
import dev.millrace.server.audit.CallPeer;
import dev.millrace.server.config.AuditTarget;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outcome of an action decides whether a data call is recorded, and what is recorded. */
class DispatcherAuditTest {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  @TempDir private Path folder;

  /** Always has the same result. */
  private record ConstantAction(
      Operation operation, StructureShape input, CompletionStage<Answer> result) implements Action {
    @Override
    public CompletionStage<Answer> perform(Call call) {
      return result;
    }
  }

  /** Somebody else's connection over TLS. */
  private static final class TestingPeer implements CallPeer {
    @Override
    public String address() {
      return "10.0.0.7";
    }

    @Override
    public Optional<AuditSource.TlsCipher> tls() {
      return Optional.of(new AuditSource.TlsCipher("TLSv1.2", "TLS_A"));
    }
  }

  private List<JsonObject> recordsOf(
      Operation operation, StructureShape input, String body, CompletionStage<Answer> result)
      throws Exception {
    Path file = folder.resolve("audit.json");
    try (AuditTrail audit =
        AuditTrail.open(
                new AuditTarget.AuditToFile(file),
                "us-east-1",
                "000000000000",
                CLOCK,
                () -> new Random(1))
            .orElseThrow()) {
      new Dispatcher(
              new RequestGate(
                  Optional.empty(),
                  new SecurityTokenCalls("000000000000", Optional.empty(), Optional.empty())),
              List.of(new ConstantAction(operation, input, result)),
              other -> KinesisError.invalidArgument(""),
              CLOCK,
              Optional.empty(),
              Optional.of(audit))
          .answer(request(operation, body), new TestingPeer())
          .toCompletableFuture()
          .join();
    }
    return AuditRecordSchema.records(file);
  }

  private static WireRequest request(Operation operation, String body) {
    Map<String, String> headers =
        Map.of(
            "content-type",
            "application/x-amz-json-1.1",
            "x-amz-target",
            "Kinesis_20131202." + operation.text());
    return new WireRequest(
        "5f0c9b7e-0000-4000-8000-000000000001",
        "POST",
        "/",
        "",
        name -> headers.containsKey(name) ? List.of(headers.get(name)) : List.of(),
        Blob.of(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  private List<JsonObject> put(CompletionStage<Answer> result) throws Exception {
    return recordsOf(
        Operation.PUT_RECORD,
        PutRecordInput.SHAPE,
        "{'StreamName':'s','PartitionKey':'k','Data':'eA=='}",
        result);
  }

  private static CompletionStage<Answer> failure(KinesisError.Name name) {
    return new Answer.Failure(new KinesisError(name, "no")).now();
  }

  @Test
  void aDataCallWithoutPermissionIsRecorded() throws Exception {
    JsonObject record = put(failure(KinesisError.Name.ACCESS_DENIED)).getFirst();
    assertThat(record.getString("errorCode")).isEqualTo("AccessDeniedException");
    assertThat(record.getString("sourceIPAddress")).isEqualTo("10.0.0.7");
    assertThat(record.getString("eventCategory")).isEqualTo("Data");
    assertThat(record.getJsonObject("requestParameters"))
        .isEqualTo(new JsonObject().put("streamName", "s"));
    assertThat(record.getJsonObject("tlsDetails").getString("cipherSuite")).isEqualTo("TLS_A");
  }

  @Test
  void anyOtherDataCallIsNotRecorded() throws Exception {
    assertThat(put(new Answer.Empty().now())).isEmpty();
    assertThat(put(failure(KinesisError.Name.RESOURCE_NOT_FOUND))).isEmpty();
    assertThat(put(CompletableFuture.failedStage(new IllegalStateException("planted")))).isEmpty();
  }

  @Test
  void aControlCallThatFailsUnexpectedlyIsRecordedWithWhatTheClientGets() throws Exception {
    JsonObject record =
        recordsOf(
                Operation.LIST_STREAMS,
                ListStreamsInput.SHAPE,
                "{}",
                CompletableFuture.failedStage(new IllegalStateException("planted")))
            .getFirst();
    assertThat(record.getString("errorCode")).isEqualTo("InternalFailure");
    assertThat(record.getString("errorMessage")).isEqualTo("Internal Service Failure");
  }
}

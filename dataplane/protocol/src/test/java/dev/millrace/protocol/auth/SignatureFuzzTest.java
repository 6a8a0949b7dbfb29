// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.HeaderLookup;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.TestingRequest;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.request.Admission;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.protocol.request.SecurityTokenCalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Requests, as lines of a method, a path, a query, headers, an empty line and the body: signatures
 * in headers and queries, and calls of STS. No change lets a request in whose signature is another
 * one than those that were made with the key.
 */
final class SignatureFuzzTest extends DecoderFuzz {
  private static final SignatureVerifier VERIFIER =
      SignatureVerifierTest.verifier(
          Credential.permanent(TestingRequest.SIGNER, TestingRequest.SECRET_KEY));
  private static final RequestGate GATE =
      new RequestGate(
          Optional.of(VERIFIER),
          new SecurityTokenCalls("123456789012", Optional.of(VERIFIER), Optional.empty()));
  private static final TestingRequest HEADER_FORM =
      TestingRequest.post("{}")
          .with("content-type", "application/x-amz-json-1.1")
          .with("x-amz-target", "Kinesis_20131202.ListStreams")
          .signed();
  private static final TestingRequest QUERY_FORM =
      TestingRequest.post("{}")
          .with("content-type", "application/x-amz-json-1.1")
          .with("x-amz-target", "Kinesis_20131202.ListStreams")
          .signed(TestingRequest.NOW, Optional.empty(), true, true);
  private static final TestingRequest STS =
      TestingRequest.post("")
          .withBody(TestingBodies.json("Action=GetCallerIdentity&Version=2011-06-15"))
          .with("content-type", "application/x-www-form-urlencoded; charset=utf-8")
          .signed();
  private static final List<String> MADE = List.of(text(HEADER_FORM), text(QUERY_FORM), text(STS));

  @Override
  protected List<byte[]> seeds() {
    return List.of(bytes(HEADER_FORM), bytes(QUERY_FORM), bytes(STS));
  }

  private static String text(TestingRequest request) {
    return new String(bytes(request), UTF_8);
  }

  private static byte[] bytes(TestingRequest request) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append('\n');
    text.append(request.path()).append('\n').append(request.query()).append('\n');
    request
        .headers()
        .forEach(
            (name, values) ->
                values.forEach(value -> text.append(name).append(':').append(value).append('\n')));
    text.append('\n').append(new String(request.body().copy(), UTF_8));
    return text.toString().getBytes(UTF_8);
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "AWS4-HMAC-SHA256",
        "Credential=",
        "SignedHeaders=host",
        "Signature=",
        "host;host",
        ";",
        "/",
        ",",
        "X-Amz-Algorithm=",
        "&X-Amz-Signature=",
        "&X-Amz-Expires=604801",
        "%",
        "%2",
        "%zz",
        "%00",
        "%2f",
        "x-amz-content-sha256:UNSIGNED-PAYLOAD\n",
        "x-amz-date:20261121T102030Z\n",
        "date:",
        "\n\n",
        "+999999999-",
        "-999999999",
        "99999999T999999Z",
        "x-amz-security-token:t\n",
        "authorization:\n",
        "Action=GetCallerIdentity&Version=2011-06-15",
        "OPTIONS\n",
        "origin:a\n");
  }

  @Override
  protected void decode(byte[] input) {
    WireRequest request = request(new String(input, UTF_8));
    Admission admission = GATE.admit(request, TestingRequest.NOW);
    assertThat(admission).isNotNull();
    SignatureVerifier.claimedKey(request);
    if (VERIFIER.verify(request, TestingRequest.NOW)
        instanceof SignatureCheck.Valid(Signer signer)) {
      assertThat(signer).isEqualTo(TestingRequest.SIGNER);
      assertThat(MADE).anyMatch(made -> made.contains(signature(request)));
    }
  }

  private static String signature(WireRequest request) {
    String all =
        request.rawQuery()
            + request.headers().values("authorization").stream().findFirst().orElse("");
    int at = all.indexOf("Signature=") + "Signature=".length();
    return all.substring(at, at + 64);
  }

  private static WireRequest request(String text) {
    String[] parts = text.split("\n\n", 2);
    List<String> lines = new ArrayList<>(Arrays.asList(parts[0].split("\n", -1)));
    while (lines.size() < 3) {
      lines.add("");
    }
    Map<String, List<String>> headers = new TreeMap<>();
    for (String line : lines.subList(3, lines.size())) {
      int colon = Math.max(0, line.indexOf(':'));
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(Math.min(line.length(), colon + 1)));
    }
    HeaderLookup lookup = name -> headers.getOrDefault(name, List.of());
    Blob body = TestingBodies.json(parts.length < 2 ? "" : parts[1]);
    return new WireRequest(
        TestingRequest.ID, lines.get(0), lines.get(1), lines.get(2), lookup, body);
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of();
  }

  /** A canonical request, its parts and an answer of up to a few KiB. */
  @Override
  protected int bytesPerByte() {
    return 512;
  }
}

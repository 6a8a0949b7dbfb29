// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

import dev.millrace.protocol.auth.Signer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * A request that a test builds up, and that the AWS SDK's own signer can sign.
 *
 * @param headers names in lower case
 */
public record TestingRequest(
    String method, String path, String query, Map<String, List<String>> headers, Blob body) {
  public static final String ACCESS_KEY_ID = "AKIDEXAMPLE";
  public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  public static final Signer SIGNER = Signer.ofKey(ACCESS_KEY_ID, "123456789012");
  public static final String ID = "5f0c9b7e-0000-4000-8000-000000000001";
  public static final Instant NOW = Instant.parse("2026-11-21T10:20:30Z");

  public static TestingRequest post(String body) {
    return new TestingRequest("POST", "/", "", Map.of(), TestingBodies.json(body))
        .with("host", "kinesis.eu-west-1.example.com:4567");
  }

  public TestingRequest with(String name, String... values) {
    Map<String, List<String>> more = new TreeMap<>(headers);
    more.put(name.toLowerCase(Locale.ROOT), List.of(values));
    return new TestingRequest(method, path, query, more, body);
  }

  public TestingRequest without(String name) {
    Map<String, List<String>> fewer = new TreeMap<>(headers);
    fewer.remove(name);
    return new TestingRequest(method, path, query, fewer, body);
  }

  public TestingRequest withMethod(String other) {
    return new TestingRequest(other, path, query, headers, body);
  }

  public TestingRequest withQuery(String other) {
    return new TestingRequest(method, path, other, headers, body);
  }

  public TestingRequest withPath(String other) {
    return new TestingRequest(method, other, query, headers, body);
  }

  public TestingRequest withBody(Blob other) {
    return new TestingRequest(method, path, query, headers, other);
  }

  /** The first value of a header that is there. */
  public String header(String name) {
    return toWire().headers().first(name).orElseThrow();
  }

  public WireRequest toWire() {
    return new WireRequest(
        ID, method, path, query, name -> headers.getOrDefault(name, List.of()), body);
  }

  /** Signed at {@link #NOW} for eu-west-1 in the header form, as the SDK does it. */
  public TestingRequest signed() {
    return signed(NOW, Optional.empty(), false, true);
  }

  /** Signed at {@link #NOW} in the header form for another service or region. */
  public TestingRequest signedFor(String service, String region) {
    return signed(NOW, Optional.empty(), false, true, service, region);
  }

  /** Signed by the SDK. */
  public TestingRequest signed(
      Instant at, Optional<String> sessionToken, boolean presigned, boolean withPayload) {
    return signed(at, sessionToken, presigned, withPayload, "kinesis", "eu-west-1");
  }

  private TestingRequest signed(
      Instant at,
      Optional<String> sessionToken,
      boolean presigned,
      boolean withPayload,
      String service,
      String region) {
    AwsCredentialsIdentity identity =
        sessionToken.isPresent()
            ? AwsSessionCredentialsIdentity.create(ACCESS_KEY_ID, SECRET_KEY, sessionToken.get())
            : AwsCredentialsIdentity.create(ACCESS_KEY_ID, SECRET_KEY);
    SdkHttpRequest unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(method))
            .uri(
                URI.create(
                    "https://" + header("host") + path + (query.isEmpty() ? "" : "?" + query)))
            .headers(headers)
            .build();
    SdkHttpRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                request -> {
                  request
                      .identity(identity)
                      .request(unsigned)
                      .payload(() -> new ByteArrayInputStream(body.copy()))
                      .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                      .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                      .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, withPayload)
                      .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC));
                  if (presigned) {
                    request
                        .putProperty(
                            AwsV4FamilyHttpSigner.AUTH_LOCATION,
                            AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(
                            AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(15));
                  }
                })
            .request();
    Map<String, List<String>> allHeaders = new TreeMap<>();
    signed
        .headers()
        .forEach(
            (name, values) ->
                allHeaders.put(name.toLowerCase(Locale.ROOT), new ArrayList<>(values)));
    return new TestingRequest(
        method, path, signed.encodedQueryParameters().orElse(""), allHeaders, body);
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import static dev.millrace.core.error.KinesisError.Name.INCOMPLETE_SIGNATURE;

import dev.millrace.core.error.Excerpt;
import dev.millrace.protocol.HeaderLookup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The signature of a request and what it claims to cover, from the {@code Authorization} header or
 * from the query of a presigned request. Nothing is verified yet.
 *
 * @param algorithm must be {@code AWS4-HMAC-SHA256}
 * @param scope the access key and what the signing key is scoped to
 * @param signedHeaders names of the signed headers, in the order of the request
 * @param signature 64 lower-case hexadecimal digits in a well-formed request
 * @param timestamp the time of signing, in the format of either date header
 * @param sessionToken the token of temporary credentials
 * @param expires for how many seconds a presigned request is valid
 */
record SignatureClaim(
    String algorithm,
    Scope scope,
    List<String> signedHeaders,
    String signature,
    String timestamp,
    Optional<String> sessionToken,
    Optional<String> expires) {

  /**
   * The credential scope.
   *
   * @param date the day, as {@code yyyymmdd}
   */
  record Scope(String accessKeyId, String date, String region, String service, String terminator) {

    static Scope parse(String text) throws SignatureRejectedException {
      String[] parts = text.split("/", -1);
      if (parts.length != 5) {
        throw new SignatureRejectedException(
            INCOMPLETE_SIGNATURE,
            "Credential must have exactly 5 slash-delimited elements, e.g."
                + " keyid/date/region/service/term, got '"
                + Excerpt.of(text)
                + "'");
      }
      return new Scope(parts[0], parts[1], parts[2], parts[3], parts[4]);
    }

    /** The scope as it is signed, without the access key. */
    String text() {
      return date + "/" + region + "/" + service + "/" + terminator;
    }
  }

  /** Reads the header form. */
  static SignatureClaim ofHeader(String authorization, HeaderLookup headers)
      throws SignatureRejectedException {
    String[] words = authorization.split("[, ]+", -1);
    Map<String, String> parameters = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals > 0 && equals < words[i].length() - 1) {
        parameters.put(words[i].substring(0, equals), words[i].substring(equals + 1));
      }
    }
    Optional<String> date = headers.first("x-amz-date").or(() -> headers.first("date"));
    StringBuilder missing = new StringBuilder();
    for (String name : List.of("Credential", "Signature", "SignedHeaders")) {
      if (!parameters.containsKey(name)) {
        missing.append("Authorization header requires '").append(name).append("' parameter. ");
      }
    }
    if (date.isEmpty()) {
      missing.append(
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
    }
    if (!missing.isEmpty()) {
      throw new SignatureRejectedException(
          INCOMPLETE_SIGNATURE, missing + "Authorization=" + Excerpt.of(authorization));
    }
    return new SignatureClaim(
        words[0],
        Scope.parse(parameters.getOrDefault("Credential", "")),
        headerNames(parameters.getOrDefault("SignedHeaders", "")),
        parameters.getOrDefault("Signature", ""),
        date.orElseThrow(),
        headers.first("x-amz-security-token"),
        Optional.empty());
  }

  /** Reads the query form. */
  static SignatureClaim ofQuery(QueryString query) throws SignatureRejectedException {
    StringBuilder missing = new StringBuilder();
    for (String name :
        List.of(
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
            "X-Amz-Date")) {
      if (query.first(name).isEmpty()) {
        missing.append("AWS query-string parameters must include '").append(name).append("'. ");
      }
    }
    if (!missing.isEmpty()) {
      throw new SignatureRejectedException(
          INCOMPLETE_SIGNATURE, missing + "Re-examine the query-string parameters.");
    }
    return new SignatureClaim(
        query.first("X-Amz-Algorithm").orElseThrow(),
        Scope.parse(query.first("X-Amz-Credential").orElseThrow()),
        headerNames(query.first("X-Amz-SignedHeaders").orElseThrow()),
        query.first("X-Amz-Signature").orElseThrow(),
        query.first("X-Amz-Date").orElseThrow(),
        query.first("X-Amz-Security-Token"),
        query.first("X-Amz-Expires"));
  }

  private static List<String> headerNames(String text) {
    return List.of(text.split(";", -1));
  }
}

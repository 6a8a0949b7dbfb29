// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import dev.millrace.protocol.Blob;
import dev.millrace.protocol.WireRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The canonical request of Signature Version 4. */
final class CanonicalRequest {
  private CanonicalRequest() {}

  /**
   * Builds the text.
   *
   * @param signedHeaders which headers to take, in lower case; no others count
   * @param payloadHash what stands for the body
   */
  static String of(
      WireRequest request, QueryString query, List<String> signedHeaders, String payloadHash) {
    StringBuilder text = new StringBuilder(512);
    text.append(request.method()).append('\n');
    // Every service but S3 signs the path encoded twice; ours is nearly always a lone slash.
    text.append(request.rawPath().isEmpty() ? "/" : QueryString.encode(request.rawPath(), true));
    text.append('\n').append(query.canonical("X-Amz-Signature")).append('\n');
    for (String name : signedHeaders) {
      text.append(name).append(':');
      String separator = "";
      for (String value : request.headers().values(name)) {
        text.append(separator).append(withoutSpareBlanks(value));
        separator = ",";
      }
      text.append('\n');
    }
    text.append('\n').append(String.join(";", signedHeaders)).append('\n').append(payloadHash);
    return text.toString();
  }

  static String sha256Hex(Blob bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.array(), bytes.offset(), bytes.length());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  static String sha256Hex(String text) {
    return sha256Hex(Blob.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** No blanks at the ends, one where there were several. */
  private static String withoutSpareBlanks(String value) {
    StringBuilder kept = new StringBuilder(value.length());
    boolean pendingBlank = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == ' ' || c == '\t') {
        pendingBlank = !kept.isEmpty();
      } else {
        if (pendingBlank) {
          kept.append(' ');
          pendingBlank = false;
        }
        kept.append(c);
      }
    }
    return kept.toString();
  }
}

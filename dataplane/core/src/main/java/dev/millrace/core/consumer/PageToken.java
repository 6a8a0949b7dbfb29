// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.consumer;

import dev.millrace.core.consumer.TokenSigner.Purpose;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Continues a listing at its next page.
 *
 * @param listing the kind of listing
 * @param subject what is listed: for shards the stream's name and id with the filter, for streams
 *     empty
 * @param after the last id or name on the previous page
 * @param issuedMillis epoch milliseconds
 */
public record PageToken(Listing listing, String subject, String after, long issuedMillis) {
  /** How long a token is valid. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  private static final int VERSION = 1;

  /** The kinds of listings that are paged. */
  public enum Listing {
    SHARDS(Purpose.SHARD_PAGE),
    STREAMS(Purpose.STREAM_PAGE),
    CONSUMERS(Purpose.CONSUMER_PAGE);

    private final Purpose purpose;

    Listing(Purpose purpose) {
      this.purpose = purpose;
    }
  }

  /** Encodes and signs the token for a client. */
  public String encode(TokenSigner signer) {
    return signer.sign(
        listing.purpose,
        new FormatWriter(192)
            .u8(VERSION)
            .text(subject)
            .text(after)
            .i64(issuedMillis)
            .toByteArray());
  }

  /** Decodes a token; empty when the text is not a valid token for this listing. */
  public static Optional<PageToken> decode(Listing listing, TokenSigner signer, String text) {
    return signer.verify(listing.purpose, text).flatMap(content -> read(listing, content));
  }

  private static Optional<PageToken> read(Listing listing, ByteBuffer content) {
    try {
      FormatReader in = new FormatReader("page token", content);
      in.version(VERSION);
      PageToken token = new PageToken(listing, in.text(), in.text(), in.i64());
      in.end();
      return Optional.of(token);
    } catch (IllegalStateException e) {
      // Signed, so a later build's.
      return Optional.empty();
    }
  }
}

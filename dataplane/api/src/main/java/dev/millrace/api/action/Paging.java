// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.core.consumer.PageToken;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import java.time.InstantSource;

/**
 * Creates and checks page tokens.
 *
 * @param signer signs and verifies them
 * @param clock determines their age
 */
public record Paging(TokenSigner signer, InstantSource clock) {

  /** Creates the token for the next page. */
  public String next(PageToken.Listing listing, String subject, String last) {
    return new PageToken(listing, subject, last, clock.millis()).encode(signer);
  }

  /** Decodes a client's token and checks its age. */
  public Checked<PageToken> read(PageToken.Listing listing, String text) {
    return PageToken.decode(listing, signer, text)
        .<Checked<PageToken>>map(this::unlessExpired)
        .orElseGet(() -> Checked.bad(invalidToken()));
  }

  private static KinesisError invalidToken() {
    return KinesisError.invalidArgument("Invalid NextToken.");
  }

  private Checked<PageToken> unlessExpired(PageToken token) {
    long ageMillis = clock.millis() - token.issuedMillis();
    if (ageMillis < -TokenSigner.MAX_CLOCK_SKEW.toMillis()) {
      return Checked.bad(invalidToken());
    }
    return ageMillis > PageToken.LIFETIME.toMillis()
        ? Checked.bad(
            new KinesisError(
                KinesisError.Name.EXPIRED_NEXT_TOKEN,
                "NextToken expired %d ms after it was issued; it lives %d ms."
                    .formatted(ageMillis, PageToken.LIFETIME.toMillis())))
        : Checked.good(token);
  }
}

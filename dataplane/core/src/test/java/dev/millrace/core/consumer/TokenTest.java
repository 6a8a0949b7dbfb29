// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** A token is decoded unchanged or rejected. */
class TokenTest {
  private static final TokenSigner SIGNER = new TokenSigner(new byte[TokenSigner.KEY_BYTES]);
  private static final ShardIterator ITERATOR =
      new ShardIterator(
          new StreamName("n".repeat(128)),
          new ShardRef(new StreamId(-1), new ShardId(Integer.MAX_VALUE)),
          Long.MAX_VALUE,
          1_700_000_000_000L);

  @Test
  void anIteratorFitsItsBoundAndIsReadBack() {
    String text = ITERATOR.encode(SIGNER);
    assertThat(text).hasSizeLessThanOrEqualTo(ShardIterator.MAX_LENGTH).startsWith("AAAAAAAAAA");
    assertThat(ShardIterator.decode(SIGNER, text)).contains(ITERATOR);
  }

  @Test
  void anIteratorWithAnyBitChangedIsRejected() {
    byte[] token = Base64.getDecoder().decode(ITERATOR.encode(SIGNER));
    for (int bit = 0; bit < token.length * 8; bit++) {
      token[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(ShardIterator.decode(SIGNER, Base64.getEncoder().encodeToString(token)))
          .as("bit %d", bit)
          .isEmpty();
      token[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void anIteratorOfAnotherKeyOrPurposeIsRejected() {
    byte[] otherKey = new byte[TokenSigner.KEY_BYTES];
    otherKey[0] = 1;
    assertThat(ShardIterator.decode(new TokenSigner(otherKey), ITERATOR.encode(SIGNER))).isEmpty();
    String page =
        new PageToken(PageToken.Listing.STREAMS, "", "last", 1_700_000_000_000L).encode(SIGNER);
    assertThat(ShardIterator.decode(SIGNER, page)).isEmpty();
    assertThat(PageToken.decode(PageToken.Listing.SHARDS, SIGNER, page)).isEmpty();
    assertThat(PageToken.decode(PageToken.Listing.STREAMS, SIGNER, page)).isPresent();
  }

  @Test
  void onePairOfQuotesAroundATokenIsRemoved() {
    String iterator = ITERATOR.encode(SIGNER);
    assertThat(ShardIterator.decode(SIGNER, '"' + iterator + '"')).contains(ITERATOR);
    PageToken page = new PageToken(PageToken.Listing.SHARDS, "s", "last", 1_700_000_000_000L);
    String token = page.encode(SIGNER);
    assertThat(PageToken.decode(PageToken.Listing.SHARDS, SIGNER, '"' + token + '"'))
        .contains(page);
    for (String form : new String[] {"\"%s", "%s\"", "\"\"%s\"\"", "'%s'", " \"%s\""}) {
      assertThat(ShardIterator.decode(SIGNER, form.formatted(iterator))).as(form).isEmpty();
    }
  }

  @Test
  void otherTextsAreRejected() {
    for (String text : new String[] {"", "x", "====", "AAAA", "AAAAAAAAAAE=", "ä", "\"", "\"\""}) {
      assertThat(ShardIterator.decode(SIGNER, text)).as(text).isEmpty();
    }
  }

  /** Fronts of two versions share the key while one replaces the other. */
  @Test
  void aTokenOfALaterVersionIsNone() {
    byte[] later = {2, 1, 2, 3};
    assertThat(ShardIterator.decode(SIGNER, SIGNER.sign(TokenSigner.Purpose.SHARD_ITERATOR, later)))
        .isEmpty();
    assertThat(
            PageToken.decode(
                PageToken.Listing.SHARDS,
                SIGNER,
                SIGNER.sign(TokenSigner.Purpose.SHARD_PAGE, later)))
        .isEmpty();
  }
}

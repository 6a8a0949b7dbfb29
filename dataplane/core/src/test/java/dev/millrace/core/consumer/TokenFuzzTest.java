// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.consumer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.identity.SessionToken;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Shard iterators, page tokens and session tokens that a client made up or changed: without the
 * key, nothing but what was issued is taken, and it means what it meant.
 */
final class TokenFuzzTest extends DecoderFuzz {
  private static final TokenSigner SIGNER = new TokenSigner(new byte[TokenSigner.KEY_BYTES]);
  private static final ShardIterator ITERATOR =
      new ShardIterator(
          new StreamName("orders"), new ShardRef(new StreamId(5), new ShardId(3)), 17, 1_700_000L);
  private static final PageToken PAGE =
      new PageToken(PageToken.Listing.SHARDS, "orders 5", "shardId-3", 1_700_000L);

  private static final SessionToken SESSION =
      new SessionToken("ASIA1", "shop", "AIDA1", "app", 1_700_000L);

  @Override
  protected List<byte[]> seeds() {
    return utf8(
        SESSION.encode(SIGNER),
        ITERATOR.encode(SIGNER),
        '"' + ITERATOR.encode(SIGNER) + '"',
        PAGE.encode(SIGNER),
        ITERATOR.encode(new TokenSigner("0123456789abcdef0123456789abcdef".getBytes(ISO_8859_1))));
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8("\"", "=", "==", "AAAAAAAAAAF", "/", "-", "_");
  }

  @Override
  protected void decode(byte[] input) {
    String text = new String(input, ISO_8859_1);
    Optional<ShardIterator> iterator = ShardIterator.decode(SIGNER, text);
    assertThat(iterator.stream().toList()).isSubsetOf(ITERATOR);
    for (PageToken.Listing listing : PageToken.Listing.values()) {
      assertThat(PageToken.decode(listing, SIGNER, text).stream().toList()).isSubsetOf(PAGE);
    }
    assertThat(SessionToken.decode(SIGNER, text).stream().toList()).isSubsetOf(SESSION);
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of();
  }
}

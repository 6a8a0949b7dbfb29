// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.consumer.TokenSigner.Purpose;
import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.identity.SessionToken;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Tokens that are signed with the key of this installation but have any content, as those of a
 * front of a later version: they are no token, which is an answer, and no failure.
 */
final class TokenContentFuzzTest extends DecoderFuzz {
  private static final TokenSigner SIGNER = new TokenSigner(new byte[TokenSigner.KEY_BYTES]);

  @Override
  protected List<byte[]> seeds() {
    return List.of(
        content(
            new ShardIterator(
                    new StreamName("orders"),
                    new ShardRef(new StreamId(5), new ShardId(3)),
                    17,
                    1_700_000L)
                .encode(SIGNER)),
        content(
            new PageToken(PageToken.Listing.SHARDS, "orders 5", "shardId-3", 1_700_000L)
                .encode(SIGNER)),
        content(new SessionToken("ASIA1", "shop", "AIDA1", "app", 1_700_000L).encode(SIGNER)));
  }

  /** What stands between the prefix with the purpose, 9 bytes, and the MAC, 16 bytes. */
  private static byte[] content(String token) {
    byte[] bytes = Base64.getDecoder().decode(token);
    return Arrays.copyOfRange(bytes, 9, bytes.length - 16);
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8("orders", "..", "/");
  }

  @Override
  protected void decode(byte[] input) {
    ShardIterator.decode(SIGNER, SIGNER.sign(Purpose.SHARD_ITERATOR, input))
        .ifPresent(
            iterator ->
                assertThat(ShardIterator.decode(SIGNER, iterator.encode(SIGNER)))
                    .contains(iterator));
    SessionToken.decode(SIGNER, SIGNER.sign(Purpose.SESSION, input))
        .ifPresent(
            session ->
                assertThat(SessionToken.decode(SIGNER, session.encode(SIGNER))).contains(session));
    PageToken.decode(PageToken.Listing.SHARDS, SIGNER, SIGNER.sign(Purpose.SHARD_PAGE, input))
        .ifPresent(
            page -> {
              assertThat(PageToken.decode(PageToken.Listing.SHARDS, SIGNER, page.encode(SIGNER)))
                  .contains(page);
              assertThat(page.after().getBytes(UTF_8).length).isLessThanOrEqualTo(3 * input.length);
            });
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of();
  }
}

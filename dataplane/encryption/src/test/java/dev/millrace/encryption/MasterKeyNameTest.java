// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of a key id that a client may give means one key, or none. */
class MasterKeyNameTest {
  @ParameterizedTest
  @CsvSource({
    "orders,orders",
    "alias/orders,orders",
    "alias/team/orders,team.orders",
    "n/a,n.a",
    "alias/aws/kinesis,default",
    "arn:aws:kms:eu-west-1:123456789012:alias/aws/kinesis,default",
    "arn:aws:kms:eu-west-1:123456789012:alias/orders,orders",
    "arn:aws:kms:eu-west-1:123456789012:key/orders,orders",
    "1234abcd-12ab-34cd-56ef-1234567890ab,1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab,1234abcd-12ab-34cd-56ef-1234567890ab"
  })
  void aKeyIdMeansAName(String keyId, String name) {
    assertThat(MasterKeyName.of(keyId).text()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../token", "alias/../token", "/a", ".", "..data", "alias/", "a b", "a\u0000b"})
  void aNameThatCouldLeaveTheFolderIsNoKey(String keyId) {
    assertThatThrownBy(() -> MasterKeyName.of(keyId)).hasMessageStartingWith("there is no key");
  }

  @Test
  void aNameIsBounded() {
    assertThat(MasterKeyName.of("a".repeat(128)).text()).hasSize(128);
    assertThatThrownBy(() -> MasterKeyName.of("a".repeat(129))).hasMessageContaining("1 to 128");
  }
}

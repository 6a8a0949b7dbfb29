// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derived names are stable, differ for different inputs and are always valid. */
class NamesTest {
  private static final String LABEL = "[a-z]([a-z0-9-]*[a-z0-9])?";

  @ParameterizedTest
  @ValueSource(strings = {"orders", "a", "a-b-9"})
  void aNameThatIsALabelIsUnchanged(String name) {
    assertThat(DnsLabel.of(name, 40).text()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Orders",
        "or.ders",
        "or_ders",
        "9orders",
        "-orders",
        "orders-",
        "_",
        ".",
        "ORDERS",
        "an-uncommonly-long-name-that-does-not-fit-into-forty"
      })
  void anyOtherNameIsConvertedToALabel(String name) {
    assertThat(DnsLabel.of(name, 40).text()).matches(LABEL).hasSizeLessThan(41);
  }

  @Test
  void differentNamesGetDifferentLabels() {
    assertThat(DnsLabel.of("or.ders", 40)).isNotEqualTo(DnsLabel.of("or_ders", 40));
    assertThat(DnsLabel.of("Orders", 40)).isNotEqualTo(DnsLabel.of("orders", 40));
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "team-a", ""})
  void anAccountHasTwelveDigitsWhateverTheNamespace(String namespace) {
    assertThat(AccountId.ofNamespace(namespace).text()).matches("[0-9]{12}");
    assertThat(AccountId.ofNamespace(namespace)).isEqualTo(AccountId.ofNamespace(namespace));
  }

  @Test
  void theAccountsOfTwoNamespacesDiffer() {
    assertThat(AccountId.ofNamespace("team-a")).isNotEqualTo(AccountId.ofNamespace("team-b"));
  }

  @Test
  void anAccountWithoutTwelveDigitsIsRejected() {
    assertThatThrownBy(() -> new AccountId("12345678901")).hasMessageContaining("12 digits");
  }

  @Test
  void aStreamIdOfAUuidKeepsNoBitFixed() {
    long ones = 0;
    long zeros = 0;
    for (int i = 0; i < 200; i++) {
      long bits = StreamId.of(UUID.nameUUIDFromBytes(new byte[] {(byte) i})).bits();
      ones |= bits;
      zeros |= ~bits;
    }
    assertThat(ones & zeros).isEqualTo(-1L);
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GroupPortsTest {
  @Test
  void theFirstGroupHasThePortsOfAPodWithOneGroupAndEachOtherTwoMore() {
    assertThat(GroupPorts.of(4569, 0)).isEqualTo(4569);
    assertThat(GroupPorts.of(4570, 4)).isEqualTo(4578);
    assertThat(GroupPorts.of("orders-0.svc:4569", 0)).isEqualTo("orders-0.svc:4569");
    assertThat(GroupPorts.of("orders-0.svc:4569", 1)).isEqualTo("orders-0.svc:4571");
  }

  @Test
  void addressesOfBothFamiliesOfIpHavePorts() {
    assertThat(GroupPorts.of("10.0.0.7:4569", 2)).isEqualTo("10.0.0.7:4573");
    assertThat(GroupPorts.of("[fd00::1:2]:4569", 2)).isEqualTo("[fd00::1:2]:4573");
  }

  @Test
  void anAddressWithoutAPortIsRejected() {
    for (String bare : new String[] {"orders-0.svc", "orders-0.svc:", "[fd00::1:2]"}) {
      assertThatThrownBy(() -> GroupPorts.of(bare, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("an address must be HOST:PORT, found '%s'", bare);
    }
  }
}

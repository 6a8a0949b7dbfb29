// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Codec;
import java.util.List;

/** Bodies in JSON. */
final class JsonRequestFuzzTest extends RequestFuzz {
  JsonRequestFuzzTest() {
    super(Codec.JSON);
  }

  @Override
  byte[] everything() {
    return EVERYTHING.getBytes(UTF_8);
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "true",
        "{\"a\":",
        "[[[[",
        "1e999999999",
        "-0",
        "0.1e-999999999",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "é",
        "AAAA",
        "==",
        "\"StreamName\":\"a\",",
        "\"Records\":[{}],",
        "\"Tags\":{\"a\":null},",
        "NaN",
        "Infinity",
        "/*",
        "#",
        "\ufeff");
  }
}

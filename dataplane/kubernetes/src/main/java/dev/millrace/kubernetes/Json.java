// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON values as maps, lists, texts, numbers and flags. */
final class Json {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private Json() {}

  static Object parse(String json) {
    return SERIALIZATION.unmarshal(json, Object.class);
  }

  static String print(Object value) {
    return SERIALIZATION.asJson(value);
  }

  /** A text as JSON. */
  static String quoted(String text) {
    return print(text);
  }

  /** A value that is a map, or an empty one in place of an absent value. */
  @SuppressWarnings("unchecked") // The keys of a JSON object are texts.
  static Map<String, Object> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }
}

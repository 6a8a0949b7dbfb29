// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * Compares what was applied with what is there. Fields that were not applied do not count: the API
 * server fills in defaults, and others may set fields of their own.
 */
public final class AppliedFields {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AppliedFields() {}

  /** Whether an object still has every field that was applied, with the same value. */
  public static boolean areIn(HasMetadata applied, HasMetadata present) {
    return isIn(JSON.valueToTree(applied), JSON.valueToTree(present));
  }

  private static boolean isIn(JsonNode applied, JsonNode present) {
    if (applied.isObject()) {
      return hasFields(applied, present);
    }
    if (applied.isArray()) {
      return hasElements(applied, present);
    }
    return applied.asText().equals(present.asText()) || isSameQuantity(applied, present);
  }

  private static boolean hasFields(JsonNode applied, JsonNode present) {
    for (Map.Entry<String, JsonNode> field : applied.properties()) {
      // What is empty is not stored.
      boolean isEmpty =
          field.getValue().isNull()
              || (field.getValue().isContainerNode() && field.getValue().isEmpty());
      if (!isEmpty && !isIn(field.getValue(), present.path(field.getKey()))) {
        return false;
      }
    }
    return true;
  }

  /** Lists have few elements, and others may have added some. */
  private static boolean hasElements(JsonNode applied, JsonNode present) {
    for (JsonNode element : applied) {
      boolean isThere = false;
      for (JsonNode candidate : present) {
        isThere |= isIn(element, candidate);
      }
      if (!isThere) {
        return false;
      }
    }
    return true;
  }

  /** The API server writes {@code 1024Mi} as {@code 1Gi}. */
  private static boolean isSameQuantity(JsonNode applied, JsonNode present) {
    try {
      return applied.isTextual()
          && present.isTextual()
          && Quantity.getAmountInBytes(new Quantity(applied.asText()))
                  .compareTo(Quantity.getAmountInBytes(new Quantity(present.asText())))
              == 0;
    } catch (IllegalArgumentException e) {
      // Not quantities at all.
      return false;
    }
  }
}

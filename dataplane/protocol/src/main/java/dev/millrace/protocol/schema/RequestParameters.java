// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.protocol.Blob;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code requestParameters} of an audit record: the members of an input, their names with a
 * lower-case first letter. Records, their keys, and tokens are never among them.
 *
 * <p>If they need more than {@link #MAX_BYTES}, {@code {"omitted":true}} takes their place, as
 * CloudTrail marks fields that are too large.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">CloudTrail
 *     record contents</a>
 */
public final class RequestParameters {
  /**
   * Most bytes of all members together, before escapes. Room for a policy of 20 KiB, the largest
   * that the service takes.
   */
  public static final int MAX_BYTES = 32 << 10;

  /** What the quotes, comma or brackets around a value count for. */
  private static final int VALUE_BYTES = 8;

  private static final Set<String> SECRET =
      Set.of("Data", "ExplicitHashKey", "NextToken", "PartitionKey", "Records", "ShardIterator");

  private final Map<String, Object> members;
  private final boolean fits;

  private RequestParameters(Map<String, Object> members) {
    this.members = members;
    this.fits = size(members, MAX_BYTES) <= MAX_BYTES;
  }

  /** The parameters of an input, which need not be valid. */
  public static RequestParameters of(Structure input) {
    return new RequestParameters(members(input));
  }

  private static Map<String, Object> members(Structure input) {
    Map<String, Object> found = new LinkedHashMap<>();
    for (Member<?> member : input.shape().members()) {
      Object value = input.raw(member);
      if (value != null && !SECRET.contains(member.name()) && !(value instanceof Blob)) {
        found.put(member.pathName(), value instanceof Structure inner ? members(inner) : value);
      }
    }
    return found;
  }

  /** The bytes that a value needs; if it is above the bound, so is the result. */
  private static long size(@Nullable Object value, long bound) {
    long size = VALUE_BYTES;
    switch (value) {
      case null -> {}
      case String text -> size += text.length();
      case Map<?, ?> entries -> {
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
          if (size <= bound) {
            size += size(entry.getKey(), bound) + size(entry.getValue(), bound);
          }
        }
      }
      case List<?> elements -> {
        for (Object element : elements) {
          if (size <= bound) {
            size += size(element, bound);
          }
        }
      }
      default -> size += value.toString().length();
    }
    return size;
  }

  /** Writes a value: an object, or null for an input without members. */
  public void writeTo(JsonGenerator out) throws IOException {
    if (!fits) {
      out.writeStartObject();
      out.writeBooleanField("omitted", true);
      out.writeEndObject();
    } else if (members.isEmpty()) {
      out.writeNull();
    } else {
      write(out, members);
    }
  }

  private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Boolean flag -> out.writeBoolean(flag);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Map<?, ?> entries -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
          out.writeFieldName(entry.getKey().toString());
          write(out, entry.getValue());
        }
        out.writeEndObject();
      }
      case List<?> elements -> {
        out.writeStartArray();
        for (Object element : elements) {
          write(out, element);
        }
        out.writeEndArray();
      }
      // Texts and points in time. A list of structures is Records only, which is not written.
      default -> out.writeString(value.toString());
    }
  }
}

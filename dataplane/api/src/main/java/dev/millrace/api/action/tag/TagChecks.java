// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.tag;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.answer.WireWriter;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Checks shared by the actions that change tags. */
public final class TagChecks {
  private static final int MAX_TAGS = 50;
  private static final Pattern CHARACTERS = Pattern.compile("[\\p{L}\\p{N}\\p{Z}_.:/=+\\-@%]*");

  private TagChecks() {}

  /**
   * Returns the value, unless a tag contains invalid characters.
   *
   * @param resource the resource in the error message, such as {@code stream orders}
   */
  public static <T> Checked<T> check(
      Map<String, String> tags, String resource, String account, T value) {
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      boolean valid =
          CHARACTERS.matcher(tag.getKey()).matches()
              && CHARACTERS.matcher(tag.getValue()).matches()
              && !tag.getKey().startsWith("aws:");
      if (!valid) {
        return Checked.bad(invalidCharacters());
      }
      if (tag.getKey().contains("%") || tag.getValue().contains("%")) {
        return Checked.bad(illegalCharacters("add tags to", resource, account));
      }
    }
    return Checked.good(value);
  }

  private static KinesisError invalidCharacters() {
    return KinesisError.invalidArgument(
        "Some tags contain invalid characters. Valid characters: Unicode letters, digits,"
            + " white space, _ . / = + - % @.");
  }

  /** A percent sign passes the service's first check and fails its second. */
  private static KinesisError illegalCharacters(String what, String resource, String account) {
    return KinesisError.invalidArgument(
        "Failed to %s %s under account %s because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'."
            .formatted(what, resource, account));
  }

  /** Checks the number of tags of a new resource. */
  public static <T> Checked<T> checkCount(int tags, T value) {
    return tags > MAX_TAGS
        ? Checked.bad(
            KinesisError.invalidArgument(
                "A resource cannot have more than %d tags, found %d.".formatted(MAX_TAGS, tags)))
        : Checked.good(value);
  }

  /**
   * Adds tags, unless there would be too many.
   *
   * @param resource as in {@link #check}
   */
  public static Checked<SortedMap<String, String>> added(
      SortedMap<String, String> before, Map<String, String> more, String resource, String account) {
    SortedMap<String, String> after = new TreeMap<>(before);
    after.putAll(more);
    return after.size() > MAX_TAGS
        ? Checked.bad(
            KinesisError.invalidArgument(
                "Failed to add tags to %s under account %s because a given stream cannot have more than %d tags associated with it."
                    .formatted(resource, account, MAX_TAGS)))
        : Checked.good(after);
  }

  /**
   * Removes tags; unknown keys are ignored.
   *
   * @param resource as in {@link #check}
   */
  public static Checked<SortedMap<String, String>> removed(
      SortedMap<String, String> before, List<String> keys, String resource, String account) {
    for (String key : keys) {
      if (!CHARACTERS.matcher(key).matches()) {
        return Checked.bad(invalidCharacters());
      }
      if (key.contains("%")) {
        return Checked.bad(illegalCharacters("remove tags from", resource, account));
      }
    }
    NavigableMap<String, String> after = new TreeMap<>(before);
    keys.forEach(after::remove);
    return Checked.good(after);
  }

  /** Writes tags in the order of their keys. */
  public static void write(WireWriter out, Map<String, String> tags) {
    out.startList("Tags");
    tags.forEach(
        (key, value) -> {
          out.startStructure();
          out.text("Key", key);
          out.text("Value", value);
          out.end();
        });
    out.end();
  }
}

// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import dev.millrace.core.error.Excerpt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A list. A violation in a structure is reported under the path of that element, one in any other
 * element under the path of the list. A null element is a violation: if it were dropped, PutRecords
 * would return fewer results than the request has entries.
 *
 * <p>At most one element more than the list may have is kept, since three bytes on the wire can
 * become an object of fifty. The list is rejected anyway; the rest of it is parsed and dropped.
 */
public final class ListType<E> extends Type<List<E>> {
  private final Type<E> element;
  private final int maxSize;

  ListType(Type<E> element, int minSize, int maxSize) {
    super(
        List.of(
            Constraint.lengthAtLeast(minSize, List::size),
            Constraint.lengthAtMost(maxSize, List::size)));
    this.element = element;
    this.maxSize = maxSize;
  }

  @Override
  List<E> read(ValueReader in) throws IOException, MalformedValueException {
    in.startList();
    List<E> values = new ArrayList<>();
    while (in.nextElement()) {
      if (values.size() > maxSize) {
        in.skip();
      } else {
        values.add(in.isNull() ? null : element.read(in));
      }
    }
    return Collections.unmodifiableList(values);
  }

  @Override
  void check(List<E> values, Violations found) {
    super.check(values, found);
    checkElements(values, found);
    boolean asAWhole = !(element instanceof StructureShape);
    if (asAWhole && !values.stream().allMatch(each -> each == null || element.accepts(each))) {
      found.add(print(values), "Member must satisfy constraint: " + element.constraintSet());
    }
  }

  private void checkElements(List<E> values, Violations found) {
    for (int i = 0; i < values.size() && !found.isFull(); i++) {
      E value = values.get(i);
      found.atElement(i + 1);
      if (value == null) {
        found.add(null, "Member must not be null");
      } else if (element instanceof StructureShape) {
        element.check(value, found);
      }
    }
    found.atElement(0);
  }

  @Override
  boolean isPrinted(List<E> values) {
    return values.isEmpty() || !(element instanceof StructureShape);
  }

  @Override
  String print(List<E> values) {
    return values.stream()
        .map(value -> value == null ? "null" : Excerpt.of(element.print(value)))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}

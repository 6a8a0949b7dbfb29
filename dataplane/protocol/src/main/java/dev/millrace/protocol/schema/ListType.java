package dev.millrace.protocol.schema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A list. Null elements are dropped. Structures inside are reported one by one under their own
 * path, anything else as the whole list.
 *
 * <p>No more than one element over the greatest size is kept, since three bytes on the wire can
 * make an object of fifty: the list is refused all the same, and what is behind is still parsed.
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
  List<E> read(ValueReader in) throws IOException, MalformedException {
    in.startList();
    List<E> values = new ArrayList<>();
    while (in.nextElement()) {
      if (values.size() > maxSize) {
        in.skip();
      } else if (!in.isNull()) {
        values.add(element.read(in));
      }
    }
    return Collections.unmodifiableList(values);
  }

  @Override
  void check(List<E> values, Violations found) {
    super.check(values, found);
    if (element instanceof StructureShape) {
      for (int i = 0; i < values.size() && !found.isFull(); i++) {
        found.atElement(i + 1);
        element.check(values.get(i), found);
      }
      found.atElement(0);
    } else if (!values.stream().allMatch(element::accepts)) {
      found.add(print(values), "Member must satisfy constraint: " + element.constraintSet());
    }
  }

  @Override
  boolean isPrinted(List<E> values) {
    return values.isEmpty() || !(element instanceof StructureShape);
  }

  @Override
  String print(List<E> values) {
    return values.stream().map(element::print).collect(Collectors.joining(", ", "[", "]"));
  }
}

package dev.millrace.protocol;

import java.util.List;
import java.util.Optional;

/** A request's headers, as the HTTP server keeps them. */
@FunctionalInterface
public interface HeaderLookup {
  /**
   * All values of one header in the order in which they came; empty if it did not come.
   *
   * @param name in lower case; the lookup does not care for case. For {@code host} an HTTP/2 server
   *     answers with {@code :authority}
   */
  List<String> values(String name);

  /** The first value of one header, if it came and is not empty. */
  default Optional<String> first(String name) {
    List<String> values = values(name);
    return values.isEmpty() || values.getFirst().isEmpty()
        ? Optional.empty()
        : Optional.of(values.getFirst());
  }
}

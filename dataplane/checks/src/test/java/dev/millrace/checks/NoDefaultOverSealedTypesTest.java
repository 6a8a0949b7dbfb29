// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A switch over a sealed type of ours names every case. */
class NoDefaultOverSealedTypesTest {
  private static final String SOURCE =
      """
      package dev.millrace.planted;
      import java.util.List;
      import java.util.Optional;
      class Planted {
        sealed interface Shape<T> {}
        record Circle<T>(int radius) implements Shape<T> {}
        record Square<T>(int side) implements Shape<T> {}
        enum Color { RED, GREEN }
        static <S extends Shape<String>> int area(Shape<String> shape, S other, Color color, Object any) {
          BODY
        }
      }
      """;

  @TempDir private Path classes;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return switch (shape) { case Circle<String> c -> 1; default -> 2; };",
        "return switch (shape) { case Circle<String> c -> 1; case null, default -> 2; };",
        "return switch (shape) { case Circle<String> c -> 1; case Shape<String> s -> 2; };",
        "return switch (other) { case Circle<?> c -> 1; default -> 2; };",
        "switch (shape) { case Circle<String> c: return 1; default: return 2; }",
        "return List.of(1).stream().mapToInt(i -> switch (shape) { default -> 2; }).sum();",
        "return new Object() { int f() { return switch (shape) { default -> 2; }; } }.f();",
      })
  void aDefaultIsAnError(String body) {
    assertThat(errors(body))
        .singleElement()
        .satisfies(
            error -> assertThat(error.getMessage(null)).contains("name every case of sealed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return switch (shape) { case Circle<String> c -> 1; case Square<String> s -> 2; };",
        "return switch (shape) { case Circle<String> c -> 1; case Shape<String> s when s.hashCode() > 0 -> 2; case Square<String> s -> 3; };",
        "return switch (color) { case RED -> 1; default -> 2; };",
        "return switch (any) { case Circle<?> c -> 1; default -> 2; };",
      })
  void otherSwitchesAreNot(String body) {
    assertThat(errors(body)).isEmpty();
  }

  @Test
  void classesOnTheListAreExempt() {
    assertThat(errors("return switch (shape) { default -> 2; };", "Planted")).isEmpty();
  }

  private List<Diagnostic<? extends JavaFileObject>> errors(String body, String... exempt) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///dev/millrace/planted/Planted.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return SOURCE.replace("BODY", body);
          }
        };
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-processorpath",
            System.getProperty("java.class.path"),
            "-proc:none",
            ("-Xplugin:NoDefaultOverSealedTypes " + String.join(" ", exempt)).strip());
    javac.getTask(null, null, found, options, null, List.of(source)).call();
    return found.getDiagnostics().stream()
        .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
        .toList();
  }
}

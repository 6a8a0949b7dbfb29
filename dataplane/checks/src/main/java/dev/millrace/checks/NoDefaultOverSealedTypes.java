// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.checks;

import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.CaseLabelTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;

/**
 * A plugin of javac that rejects {@code default}, and a pattern that matches everything, in
 * switches over sealed types of this project. Either would take in silence a case that is added
 * later, where the compiler should ask what it means.
 *
 * <p>Arguments are simple names of top-level classes in which the rule does not hold yet.
 */
public final class NoDefaultOverSealedTypes implements Plugin {
  private static final String PROJECT = "dev.millrace.";

  @Override
  public String getName() {
    return "NoDefaultOverSealedTypes";
  }

  @Override
  public void init(JavacTask task, String... exempt) {
    Set<String> exemptClasses = Set.of(exempt);
    task.addTaskListener(
        new TaskListener() {
          @Override
          public void finished(TaskEvent event) {
            TypeElement type = event.getTypeElement();
            if (event.getKind() == TaskEvent.Kind.ANALYZE
                && type != null
                && !exemptClasses.contains(type.getSimpleName().toString())) {
              Trees trees = Trees.instance(task);
              // A package-info has a type here, but no path of its own.
              TreePath path = trees.getPath(type);
              new Scanner(trees, task.getTypes())
                  .scan(path == null ? new TreePath(event.getCompilationUnit()) : path, null);
            }
          }
        });
  }

  private static final class Scanner extends TreePathScanner<Void, Void> {
    private final Trees trees;
    private final Types types;

    Scanner(Trees trees, Types types) {
      this.trees = trees;
      this.types = types;
    }

    @Override
    public Void visitSwitch(SwitchTree tree, Void nothing) {
      check(tree.getExpression(), tree.getCases());
      return super.visitSwitch(tree, null);
    }

    @Override
    public Void visitSwitchExpression(SwitchExpressionTree tree, Void nothing) {
      check(tree.getExpression(), tree.getCases());
      return super.visitSwitchExpression(tree, null);
    }

    private void check(ExpressionTree selector, List<? extends CaseTree> cases) {
      TypeMirror type = typeOf(selector);
      if (!isSealedHere(type)) {
        return;
      }
      for (CaseTree each : cases) {
        for (CaseLabelTree label : each.getLabels()) {
          if (label instanceof DefaultCaseLabelTree
              || (each.getGuard() == null && matchesAll(label, type))) {
            trees.printMessage(
                Diagnostic.Kind.ERROR,
                "[NoDefaultOverSealedTypes] name every case of sealed %s".formatted(type),
                label,
                getCurrentPath().getCompilationUnit());
          }
        }
      }
    }

    private boolean matchesAll(CaseLabelTree label, TypeMirror selector) {
      return label instanceof PatternCaseLabelTree pattern
          && pattern.getPattern() instanceof BindingPatternTree binding
          && types.isSubtype(types.erasure(selector), types.erasure(typeOf(binding.getVariable())));
    }

    private TypeMirror typeOf(Tree tree) {
      TypeMirror type = trees.getTypeMirror(new TreePath(getCurrentPath(), tree));
      return type.getKind() == TypeKind.TYPEVAR ? ((TypeVariable) type).getUpperBound() : type;
    }

    private static boolean isSealedHere(TypeMirror type) {
      return type instanceof DeclaredType declared
          && declared.asElement() instanceof TypeElement element
          && element.getModifiers().contains(Modifier.SEALED)
          && element.getQualifiedName().toString().startsWith(PROJECT);
    }
  }
}

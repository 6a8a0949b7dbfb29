// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.millrace.operator.pods.ShardPods;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.AnnotatedElement;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Checks the dependencies between the packages of the operator. */
class OperatorArchitectureTest {
  private static final String BASE = "dev.millrace.operator.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.millrace.operator");

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void planResourceAndStatusUseNoClientNoLoggingAndNoFramework() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(BASE + "plan..", BASE + "resource..", BASE + "status..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "io.fabric8.kubernetes.client..",
                        "io.javaoperatorsdk..",
                        "io.quarkus..",
                        "jakarta..",
                        "org.jboss..",
                        "java.net..",
                        "java.io..",
                        "java.nio.file..",
                        "java.util.concurrent..")
                    // Java reads certificates from nothing else.
                    .and(
                        not(
                            equivalentTo(ByteArrayInputStream.class)
                                .or(equivalentTo(InputStream.class)))))
            .because("they are functions of values"));
  }

  @Test
  void dependenciesBetweenTheStepsPointOneWay() {
    onlyUsedBy("act", "reconciler");
    onlyUsedBy("status", "reconciler");
    onlyUsedBy("plan", "act", "status", "reconciler");
    onlyUsedBy("observe", "plan", "status", "reconciler");
    check(slices().matching("dev.millrace.operator.(*)..").should().beFreeOfCycles());
  }

  private static void onlyUsedBy(String step, String... users) {
    String[] allowed = new String[users.length + 1];
    allowed[0] = BASE + step + "..";
    for (int i = 0; i < users.length; i++) {
      allowed[i + 1] = BASE + users[i] + "..";
    }
    check(
        noClasses()
            .that(not(resideInAnyPackage(allowed)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(BASE + step + "..")
            .because(step + " is a later step of the loop"));
  }

  @Test
  void onlyActWritesToKubernetesAndPods() {
    check(
        noClasses()
            .that(not(resideInAnyPackage(BASE + "act..")))
            .should()
            .callMethodWhere(WRITES_TO_KUBERNETES)
            .because("effects are at the edge, in one place"));
    // The client of the pods may pass a command on to another client of them.
    check(
        noClasses()
            .that(not(resideInAnyPackage(BASE + "act..", BASE + "pods..")))
            .should()
            .callMethodWhere(SENDS_COMMANDS_TO_PODS)
            .because("effects are at the edge, in one place"));
  }

  private static final DescribedPredicate<JavaMethodCall> WRITES_TO_KUBERNETES =
      new DescribedPredicate<>("write to Kubernetes") {
        private static final Set<String> READS =
            Set.of(
                "resources",
                "resourceQuotas",
                "list",
                "inNamespace",
                "withName",
                "get",
                "builder",
                "getPrimaryCache",
                "getClient");

        @Override
        public boolean test(JavaMethodCall call) {
          String owner = call.getTargetOwner().getPackageName();
          boolean isClient =
              owner.equals("io.fabric8.kubernetes.client")
                  || owner.startsWith("io.fabric8.kubernetes.client.dsl");
          return (isClient && !READS.contains(call.getName()))
              || call.getTargetOwner().getSimpleName().equals("ResourceOperations");
        }
      };

  private static final DescribedPredicate<JavaMethodCall> SENDS_COMMANDS_TO_PODS =
      new DescribedPredicate<>("send commands to pods") {
        @Override
        public boolean test(JavaMethodCall call) {
          return call.getTargetOwner().isAssignableTo(ShardPods.class)
              && Set.of("formGroup", "assign", "publish", "reshard").contains(call.getName());
        }
      };

  @Test
  void onlyReconcilerAndActUseTheFramework() {
    check(
        noClasses()
            .that(not(resideInAnyPackage(BASE + "reconciler..", BASE + "act..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javaoperatorsdk..", "io.quarkus..", "jakarta..")
            .because("wiring is by constructor"));
  }

  @Test
  void theOperatorDependsOnCoreAndCrdsOnly() {
    check(
        classes()
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(
                        "dev.millrace.core..",
                        "dev.millrace.crds..",
                        "dev.millrace.policy..",
                        "dev.millrace.operator..")
                    .or(not(resideInAnyPackage("dev.millrace..")))));
  }

  @Test
  void onlyWiringUsesClocksSleepsAndRandomness() {
    check(
        noClasses()
            .that()
            .doNotHaveSimpleName("Wiring")
            .should()
            .callMethodWhere(READS_A_CLOCK_OR_SLEEPS)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(RandomGenerator.class)
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .because("tests set the clock and seed the randomness"));
  }

  private static final DescribedPredicate<JavaMethodCall> READS_A_CLOCK_OR_SLEEPS =
      new DescribedPredicate<>("read a clock or sleep") {
        private static final Set<String> SYSTEM_CLOCK = Set.of("currentTimeMillis", "nanoTime");

        @Override
        public boolean test(JavaMethodCall call) {
          JavaClass owner = call.getTargetOwner();
          String name = call.getName();
          return (owner.isEquivalentTo(System.class) && SYSTEM_CLOCK.contains(name))
              || (owner.getPackageName().equals("java.time") && name.equals("now"))
              || (owner.isEquivalentTo(InstantSource.class) && name.equals("system"))
              || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
              || (owner.isAssignableTo(Thread.class) && name.equals("sleep"))
              || (owner.isEquivalentTo(TimeUnit.class) && name.equals("sleep"))
              || (owner.isEquivalentTo(LockSupport.class) && name.startsWith("park"));
        }
      };

  @Test
  void everyPackageIsNullMarked() {
    check(
        classes()
            .should(
                new ArchCondition<JavaClass>("lie in a package that is @NullMarked") {
                  @Override
                  public void check(JavaClass type, ConditionEvents events) {
                    AnnotatedElement holder = type.reflect().getPackage();
                    boolean marked = holder != null && holder.isAnnotationPresent(NullMarked.class);
                    events.add(
                        new SimpleConditionEvent(
                            type, marked, type.getPackageName() + " is not @NullMarked"));
                  }
                }));
  }
}

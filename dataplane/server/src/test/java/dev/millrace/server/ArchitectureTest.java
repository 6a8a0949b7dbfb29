// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The modules and packages of the data plane depend only on what they may. */
class ArchitectureTest {
  private static final JavaClasses DATAPLANE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.millrace");

  private static void check(ArchRule rule) {
    rule.check(DATAPLANE);
  }

  @Test
  void coreDependsOnTheJdkAndJSpecifyOnly() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.millrace.core..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.millrace.core..", "java..", "javax.crypto..", "org.jspecify..")
            .because("that is what makes the domain quick to test and to understand"));
  }

  @Test
  void coreTouchesNoFilesSocketsOrThreads() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.millrace.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
            .because("effects are at the edge"));
  }

  @Test
  void eachLibraryIsUsedInItsModuleOnly() {
    usedOnlyIn("org.rocksdb..", "dev.millrace.storage..");
    usedOnlyIn("org.apache.ratis..", "dev.millrace.replication..");
    usedOnlyIn("io.vertx..", "dev.millrace.server..");
    usedOnlyIn("io.netty..", "dev.millrace.server..");
    usedOnlyIn("io.quarkus..", "dev.millrace.server.role..", "dev.millrace.server.health..");
    usedOnlyIn("jakarta..", "dev.millrace.server.role..", "dev.millrace.server.health..");
    usedOnlyIn("org.bouncycastle..", "dev.millrace.server.http..");
    usedOnlyIn("org.jose4j..", "dev.millrace.server.access..");
    usedOnlyIn(
        "com.fasterxml.jackson..",
        "dev.millrace.protocol..",
        "dev.millrace.policy..",
        "dev.millrace.encryption..",
        "dev.millrace.crds..");
    usedOnlyIn("io.fabric8..", "dev.millrace.kubernetes..", "dev.millrace.crds..");
    usedOnlyIn("com.google.crypto.tink..", "dev.millrace.encryption..");
    usedOnlyIn("software.amazon.awssdk..", "dev.millrace.encryption..");
    usedOnlyIn("java.util.logging..");
    usedOnlyIn("org.slf4j..");
  }

  private static void usedOnlyIn(String library, String... modules) {
    check(
        noClasses()
            .that(not(resideInAnyPackage(modules)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library)
            .because(library + " is used only in " + List.of(modules)));
  }

  @Test
  void modulesDependInward() {
    dependsOn("crds");
    dependsOn("protocol", "core");
    dependsOn("policy", "core");
    dependsOn("storage", "core");
    dependsOn("replication", "core");
    dependsOn("leader", "core");
    dependsOn("encryption", "core");
    dependsOn("kubernetes", "core", "crds");
    dependsOn("api", "leader", "protocol", "policy", "core");
    dependsOn(
        "server",
        "api",
        "leader",
        "encryption",
        "protocol",
        "policy",
        "storage",
        "replication",
        "kubernetes",
        "core");
  }

  private static void dependsOn(String module, String... others) {
    String[] allowed =
        Stream.concat(Stream.of(module), Stream.of(others))
            .map(name -> "dev.millrace." + name + "..")
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.millrace." + module + "..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.millrace..").and(not(resideInAnyPackage(allowed))))
            .because("dependencies point inward"));
  }

  @Test
  void thePortsDoNotDependOnEachOther() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.millrace.server.rpc..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.millrace.server.http..")
            .because("a shard pod may open one without the other"));
  }

  @Test
  void onlyHttpCodeUsesHttpStatusCodes() {
    check(
        noClasses()
            .that(
                not(
                    resideInAnyPackage(
                        "dev.millrace.server..",
                        "dev.millrace.kubernetes..",
                        "dev.millrace.encryption..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..")
            .because("actions and leaders know no HTTP"));
  }

  @Test
  void packagesHaveNoCycles() {
    for (String module :
        List.of(
            "core",
            "protocol",
            "leader",
            "encryption",
            "api",
            "storage",
            "replication",
            "server")) {
      check(
          slices()
              .matching("dev.millrace." + module + ".(*)..")
              .should()
              .beFreeOfCycles()
              .allowEmptyShould(true));
    }
    check(slices().matching("dev.millrace.api.action.(*)").should().beFreeOfCycles());
  }

  @Test
  void onlyTheCompositionRootUsesClocksAndRandomness() {
    check(
        noClasses()
            .that(not(resideInAnyPackage("dev.millrace.server.role..")))
            .should()
            .accessTargetWhere(READS_A_CLOCK_SLEEPS_OR_DRAWS)
            .because("tests move the clock and seed the chance"));
  }

  /** By a call or by a method reference. */
  private static final DescribedPredicate<JavaAccess<?>> READS_A_CLOCK_SLEEPS_OR_DRAWS =
      new DescribedPredicate<>("read a clock, sleep, or draw by chance") {
        private static final Map<String, Set<String>> METHODS =
            Map.ofEntries(
                entry("java.lang.System", Set.of("currentTimeMillis", "nanoTime")),
                entry("java.time.Instant", Set.of("now")),
                entry("java.time.InstantSource", Set.of("system")),
                entry("java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system")),
                entry("java.lang.Thread", Set.of("sleep")),
                entry("java.util.concurrent.TimeUnit", Set.of("sleep")),
                entry(
                    "java.util.concurrent.locks.LockSupport",
                    Set.of("park", "parkNanos", "parkUntil")),
                entry("java.util.UUID", Set.of("randomUUID")),
                entry("java.lang.Math", Set.of("random")),
                entry("java.util.Random", Set.of("<init>")),
                entry("java.util.SplittableRandom", Set.of("<init>")),
                entry("java.security.SecureRandom", Set.of("<init>", "getInstanceStrong")),
                entry("java.util.concurrent.ThreadLocalRandom", Set.of("current")));

        @Override
        public boolean test(JavaAccess<?> access) {
          return METHODS
              .getOrDefault(access.getTargetOwner().getName(), Set.of())
              .contains(access.getName());
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

package dev.millrace.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.reflect.AnnotatedElement;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rooms of the house lean on what they may, and on nothing else. */
class HouseRulesTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.millrace");

  private static void check(ArchRule rule) {
    rule.check(HOUSE);
  }

  @Test
  void coreLeansOnTheJdkAndJSpecifyOnly() {
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
  void eachLibraryHasItsRoom() {
    keeps("org.rocksdb..", "dev.millrace.storage..");
    keeps("org.apache.ratis..", "dev.millrace.replication..");
    keeps("io.vertx..", "dev.millrace.server..");
    keeps("io.netty..", "dev.millrace.server..");
    keeps("io.quarkus..", "dev.millrace.server..");
    keeps("org.bouncycastle..", "dev.millrace.server.http..");
    keeps("com.fasterxml.jackson..", "dev.millrace.protocol..", "dev.millrace.crds..");
    keeps("io.fabric8..", "dev.millrace.kubernetes..", "dev.millrace.crds..");
  }

  private static void keeps(String library, String... rooms) {
    check(
        noClasses()
            .that(not(resideInAnyPackage(rooms)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library)
            .because(library + " is known in " + String.join(" and ", rooms) + " only"));
  }

  @Test
  void theRoomsLeanOnCoreAndNotOnEachOther() {
    for (String room : new String[] {"protocol", "storage", "replication"}) {
      check(
          noClasses()
              .that()
              .resideInAPackage("dev.millrace." + room + "..")
              .should()
              .dependOnClassesThat(
                  resideInAnyPackage("dev.millrace..")
                      .and(
                          not(
                              resideInAnyPackage(
                                  "dev.millrace.core..", "dev.millrace." + room + ".."))))
              .because("arrows point inward"));
    }
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.millrace.kubernetes..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.millrace..")
                    .and(
                        not(
                            resideInAnyPackage(
                                "dev.millrace.core..",
                                "dev.millrace.crds..",
                                "dev.millrace.kubernetes.."))))
            .because("arrows point inward"));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.millrace.crds..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.millrace..")
                    .and(not(resideInAnyPackage("dev.millrace.crds.."))))
            .because("the contract leans on nothing of ours"));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.millrace.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.millrace.crds..")
            .because("only the room kubernetes knows the custom resources"));
  }

  @Test
  void noPackagesGoRoundInCircles() {
    check(slices().matching("dev.millrace.(core).(*)..").should().beFreeOfCycles());
    check(slices().matching("dev.millrace.(protocol).(*)..").should().beFreeOfCycles());
    check(slices().matching("dev.millrace.(server).(*)..").should().beFreeOfCycles());
  }

  @Test
  void timeAndChanceComeFromTheCompositionRoot() {
    ArchRule rule =
        noClasses()
            .that(not(resideInAnyPackage("dev.millrace.server.role..")))
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(InstantSource.class, "system")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callConstructor(Random.class)
            .orShould()
            .callMethod(Math.class, "random")
            .because("tests move the clock and seed the chance");
    check(rule);
  }

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

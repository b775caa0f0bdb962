package io.charlstm.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls between the modules, and habits that hold everywhere. */
class ArchitectureTest {
  private static final int JAVA_25_CLASS_FILE = 69;
  private static final String GENERATED = "io.charlstm.bindings.gen..";

  /** What turns bytes into text, or back, in the default charset unless it is given one. */
  private static final Map<String, Set<String>> CHARSET_USERS =
      Map.of(
          "java.lang.String", Set.of("<init>", "getBytes"),
          "java.io.FileReader", Set.of("<init>"),
          "java.io.FileWriter", Set.of("<init>"),
          "java.io.InputStreamReader", Set.of("<init>"),
          "java.io.OutputStreamWriter", Set.of("<init>"),
          "java.io.PrintStream", Set.of("<init>"),
          "java.io.PrintWriter", Set.of("<init>"),
          "java.util.Scanner", Set.of("<init>"),
          "java.io.ByteArrayOutputStream", Set.of("toString"),
          "java.nio.charset.Charset", Set.of("defaultCharset"));

  private static final Set<String> LOCALE_USERS =
      Set.of("format", "formatted", "printf", "toLowerCase", "toUpperCase");

  static final ArchRule RAW_CALLS_ONLY_IN_BINDINGS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.charlstm.bindings..")
          .should()
          .callMethodWhere(describe("is a raw native call", ArchitectureTest::isRawNativeCall));

  static final ArchRule NO_DEFAULT_CHARSET =
      noClasses()
          .should()
          .callCodeUnitWhere(describe("uses the default charset", ArchitectureTest::usesCharset));

  static final ArchRule NO_DEFAULT_LOCALE =
      noClasses()
          .that()
          .resideOutsideOfPackage(GENERATED)
          .should()
          .callCodeUnitWhere(describe("uses the default locale", ArchitectureTest::usesLocale));

  static final ArchRule ONLY_THE_CLI_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.charlstm.cli..", GENERATED)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  private static JavaClasses everything;

  @BeforeAll
  static void importClasses() {
    everything =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.charlstm");
  }

  private static boolean isRawNativeCall(JavaCall<?> call) {
    JavaClass owner = call.getTargetOwner();
    String name = call.getTarget().getName();
    return owner.isAssignableTo(Linker.class)
        || owner.isAssignableTo(SymbolLookup.class)
        || (owner.isAssignableTo(MemorySegment.class) && name.equals("reinterpret"))
        || ((owner.isEquivalentTo(System.class) || owner.isEquivalentTo(Runtime.class))
            && (name.equals("load") || name.equals("loadLibrary")));
  }

  private static boolean usesCharset(JavaCall<?> call) {
    Set<String> names = CHARSET_USERS.getOrDefault(call.getTargetOwner().getName(), Set.of());
    if (!names.contains(call.getTarget().getName())) {
      return false;
    }
    List<JavaClass> parameters = call.getTarget().getRawParameterTypes();
    boolean namesACharset =
        parameters.stream()
            .anyMatch(type -> type.isAssignableTo(Charset.class) || isCharsetName(call, type));
    return !namesACharset && !worksOnCharacters(call, parameters);
  }

  /** A string as the last parameter names a charset, as in new Scanner(in, "UTF-8"). */
  private static boolean isCharsetName(JavaCall<?> call, JavaClass type) {
    List<JavaClass> parameters = call.getTarget().getRawParameterTypes();
    return parameters.size() > 1
        && type.isEquivalentTo(String.class)
        && parameters.getLast().equals(type);
  }

  /** Such as new String(char[]), new String(int[], int, int) and new PrintWriter(Writer). */
  private static boolean worksOnCharacters(JavaCall<?> call, List<JavaClass> parameters) {
    String first = parameters.isEmpty() ? "" : parameters.getFirst().getName();
    return switch (call.getTargetOwner().getName()) {
      case "java.lang.String" -> call.getTarget().getName().equals("<init>") && !first.equals("[B");
      case "java.io.PrintWriter" -> first.equals("java.io.Writer");
      case "java.util.Scanner" ->
          first.equals("java.lang.String") || first.equals("java.lang.Readable");
      default -> false;
    };
  }

  private static boolean usesLocale(JavaCall<?> call) {
    return call.getTargetOwner().getName().matches("java\\.lang\\.String|java\\.io\\.Print.*")
        && LOCALE_USERS.contains(call.getTarget().getName())
        && call.getTarget().getRawParameterTypes().stream()
            .noneMatch(type -> type.isEquivalentTo(Locale.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bindings", "runtime", "data", "sampler", "trainer", "cli"})
  void everyModuleIsLookedAt(String module) {
    assertThat(everything)
        .anyMatch(type -> type.getPackageName().startsWith("io.charlstm." + module));
  }

  @Test
  void theRulesSeeViolationsInClassFilesOfThisJavaVersion() throws IOException {
    String canary = "io.charlstm.canary.Violations";
    try (DataInputStream in =
        new DataInputStream(
            ArchitectureTest.class.getResourceAsStream(
                "/" + canary.replace('.', '/') + ".class"))) {
      in.readInt();
      in.readUnsignedShort();
      assertThat(in.readUnsignedShort()).isGreaterThanOrEqualTo(JAVA_25_CLASS_FILE);
    }
    JavaClasses violations = new ClassFileImporter().importPackages("io.charlstm.canary");
    assertThat(found(RAW_CALLS_ONLY_IN_BINDINGS, violations)).hasSize(4);
    assertThat(found(NO_DEFAULT_CHARSET, violations)).hasSize(2);
    assertThat(found(NO_DEFAULT_LOCALE, violations)).hasSize(2);
    assertThat(found(ONLY_THE_CLI_PRINTS, violations)).hasSize(1);
  }

  private static List<String> found(ArchRule rule, JavaClasses classes) {
    EvaluationResult result = rule.evaluate(classes);
    return result.getFailureReport().getDetails();
  }

  @Test
  void rawNativeCallsAreMadeInTheBindingsOnly() {
    RAW_CALLS_ONLY_IN_BINDINGS.check(everything);
  }

  @Test
  void generatedBindingsAreUsedByTheBindingsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.charlstm.bindings..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(GENERATED)
        .check(everything);
  }

  @Test
  void nothingUsesTheDefaultCharset() {
    NO_DEFAULT_CHARSET.check(everything);
  }

  @Test
  void nothingUsesTheDefaultLocale() {
    NO_DEFAULT_LOCALE.check(everything);
  }

  @Test
  void onlyTheCommandLinePrints() {
    ONLY_THE_CLI_PRINTS.check(everything);
  }

  @ParameterizedTest
  @CsvSource({
    "bindings, runtime data sampler trainer cli",
    "runtime, data sampler trainer cli",
    "data, bindings runtime sampler trainer cli",
    "sampler, trainer cli",
    "trainer, cli",
  })
  void modulesDependOneWay(String module, String above) {
    String[] packages =
        above
            .lines()
            .flatMap(line -> List.of(line.split(" ")).stream())
            .map(name -> "io.charlstm." + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.charlstm." + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .check(everything);
  }

  @Test
  void rawBindingsAreReachedThroughTheRuntime() {
    noClasses()
        .that()
        .resideInAnyPackage("io.charlstm.sampler..", "io.charlstm.trainer..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.charlstm.bindings..")
        .check(everything);
  }

  @Test
  void dataNeedsTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("io.charlstm.data..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "io.charlstm.data..")
        .check(everything);
  }

  /** A module's root package holds its interfaces and factories, so it may know its parts. */
  @Test
  void thePartsOfAModuleDoNotDependInCircles() {
    slices().matching("io.charlstm.(*).(*)..").should().beFreeOfCycles().check(everything);
  }
}

package io.charlstm.bench.gpu;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * The tests that run on the CUDA double or, where there is none, on a GPU. As a program: runs one
 * class, the argument, prints its tests and a last line for {@link ClassVerdict}, and ends with 0
 * when none failed, else with 1.
 */
public final class GpuTests {
  /** How many frames of a failure's stack are printed. */
  private static final int FRAMES = 12;

  private GpuTests() {}

  /** Names of the classes in these folders with such tests. */
  static List<String> classes(Set<Path> folders, String[] patterns) {
    List<? extends DiscoverySelector> roots = DiscoverySelectors.selectClasspathRoots(folders);
    TestPlan plan =
        LauncherFactory.create()
            .discover(request(roots, patterns.length == 0 ? new String[] {".*Test"} : patterns));
    return plan.getRoots().stream()
        .flatMap(engine -> plan.getChildren(engine).stream())
        .flatMap(container -> container.getSource().stream())
        .filter(ClassSource.class::isInstance)
        .map(source -> ((ClassSource) source).getClassName())
        .distinct()
        .sorted()
        .toList();
  }

  private static LauncherDiscoveryRequest request(
      List<? extends DiscoverySelector> selectors, String... patterns) {
    return LauncherDiscoveryRequestBuilder.request()
        .selectors(selectors)
        .filters(
            TagFilter.includeTags("cuda-double"),
            ClassNameFilter.includeClassNamePatterns(patterns))
        .build();
  }

  /** Runs one class. */
  public static void main(String[] arguments) {
    var summary = new SummaryGeneratingListener();
    List<DiscoverySelector> one = List.of(DiscoverySelectors.selectClass(arguments[0]));
    LauncherFactory.create().execute(request(one, ".*"), summary, new Report());
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.getSummary().printFailuresTo(out, FRAMES);
    System.out.println(
        ClassVerdict.lastLine(
            summary.getSummary().getTestsSucceededCount(),
            summary.getSummary().getTotalFailureCount(),
            summary.getSummary().getTestsAbortedCount()
                + summary.getSummary().getContainersAbortedCount()));
    System.exit(summary.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
  }

  /** A line for each test, before it in case that the process ends in it. */
  private static final class Report implements TestExecutionListener {
    @Override
    public void executionStarted(TestIdentifier test) {
      if (test.isTest()) {
        System.out.print(test.getDisplayName() + " ... ");
      }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) {
        System.out.println(result.getStatus());
      } else {
        result
            .getThrowable()
            .ifPresent(reason -> System.out.println(test.getDisplayName() + ": " + reason));
      }
    }
  }
}

package io.charlstm.bench.gpu;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
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
  private static final String TAG = "cuda-double";

  /** What must have the GPU to itself carries it too. */
  private static final String ALONE = "gpu-alone";

  /** How many frames of a failure's stack are printed. */
  private static final int FRAMES = 12;

  private GpuTests() {}

  /**
   * Names of classes with such tests.
   *
   * @param together those whose processes may share the GPU
   * @param alone those of which some test must have it to itself
   */
  record Classes(List<String> together, List<String> alone) {}

  /** The classes in these folders. */
  static Classes classes(Set<Path> folders, String[] patterns) {
    List<? extends DiscoverySelector> roots = DiscoverySelectors.selectClasspathRoots(folders);
    TestPlan plan =
        LauncherFactory.create()
            .discover(request(roots, patterns.length == 0 ? new String[] {".*Test"} : patterns));
    Set<String> together = new TreeSet<>();
    Set<String> alone = new TreeSet<>();
    for (TestIdentifier engine : plan.getRoots()) {
      for (TestIdentifier container : plan.getChildren(engine)) {
        if (container.getSource().orElse(null) instanceof ClassSource source) {
          (isAlone(plan, container) ? alone : together).add(source.getClassName());
        }
      }
    }
    return new Classes(List.copyOf(together), List.copyOf(alone));
  }

  private static boolean isAlone(TestPlan plan, TestIdentifier container) {
    return Stream.concat(Stream.of(container), plan.getDescendants(container).stream())
        .anyMatch(test -> test.getTags().contains(TestTag.create(ALONE)));
  }

  private static LauncherDiscoveryRequest request(
      List<? extends DiscoverySelector> selectors, String... patterns) {
    return LauncherDiscoveryRequestBuilder.request()
        .selectors(selectors)
        .filters(TagFilter.includeTags(TAG), ClassNameFilter.includeClassNamePatterns(patterns))
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

package io.charlstm.bench.gpu;

import io.charlstm.bindings.cuda.CudaStack;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Runs the tests of the CUDA double on the GPU of this machine. Arguments: the folders of test
 * classes, then regular expressions for names of classes, of which one has to match.
 */
public final class GpuCheck {
  private GpuCheck() {}

  /** Ends with 0 when all passed, 1 when some failed, 2 where there is no GPU. */
  public static void main(String[] arguments) {
    if (!CudaStack.isAvailable()) {
      CudaStack.unavailableReasons().forEach(reason -> System.err.println("gpu-check: " + reason));
      System.exit(2);
    }
    Set<Path> folders =
        Arrays.stream(arguments[0].split(":", -1)).map(Path::of).collect(Collectors.toSet());
    String[] patterns = Arrays.copyOfRange(arguments, 1, arguments.length);
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClasspathRoots(folders))
            .filters(
                TagFilter.includeTags("cuda-double"),
                ClassNameFilter.includeClassNamePatterns(
                    patterns.length == 0 ? new String[] {".*Test"} : patterns))
            .build();
    var summary = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summary, new Report());
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.getSummary().printFailuresTo(out, 12);
    long failed = summary.getSummary().getTotalFailureCount();
    System.out.println(
        "gpu-check: "
            + summary.getSummary().getTestsSucceededCount()
            + " passed, "
            + failed
            + " failed, "
            + summary.getSummary().getTestsAbortedCount()
            + " tests and "
            + summary.getSummary().getContainersAbortedCount()
            + " whole classes need the double");
    boolean any = summary.getSummary().getTestsSucceededCount() > 0;
    System.exit(failed == 0 && any ? 0 : 1);
  }

  /** A line for each test. */
  private static final class Report implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) {
        System.out.println(result.getStatus() + "  " + test.getDisplayName());
      } else if (test.getParentId().isPresent()) {
        System.out.println("          " + test.getDisplayName());
      }
    }
  }
}

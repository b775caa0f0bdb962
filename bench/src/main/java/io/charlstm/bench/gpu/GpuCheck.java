package io.charlstm.bench.gpu;

import io.charlstm.bindings.cuda.CudaStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Runs the tests of the CUDA double on the GPU of this machine, each class in a process of its own:
 * so a class that crashes or hangs is one failure among others. Several run at a time, then one
 * after the other those that need the GPU for themselves. Arguments: the folder for logs, the
 * folders of test classes, then regular expressions for names of classes, of which one has to
 * match.
 */
public final class GpuCheck {
  /** More processes than this only wait for the one GPU. */
  private static final int MOST_PROCESSES = 12;

  private GpuCheck() {}

  /** Ends with 0 when all passed, 1 when some failed, 2 where there is no GPU. */
  public static void main(String[] arguments) throws Exception {
    if (!CudaStack.isAvailable()) {
      CudaStack.unavailableReasons().forEach(reason -> System.err.println("gpu-check: " + reason));
      System.exit(2);
    }
    Path logs = Path.of(arguments[0]);
    Set<Path> folders =
        Arrays.stream(arguments[1].split(":", -1)).map(Path::of).collect(Collectors.toSet());
    GpuTests.Classes classes =
        GpuTests.classes(folders, Arrays.copyOfRange(arguments, 2, arguments.length));
    int processes = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_PROCESSES);
    List<ClassVerdict> verdicts = new ArrayList<>(run(classes.together(), logs, processes));
    verdicts.addAll(run(classes.alone(), logs, 1));
    System.exit(summarize(verdicts) ? 0 : 1);
  }

  /** Prints what failed, and the sums; whether something passed and nothing failed. */
  private static boolean summarize(List<ClassVerdict> verdicts) {
    verdicts.stream()
        .filter(ClassVerdict::isFailure)
        .forEach(verdict -> System.out.print("\n" + verdict.log()));
    long passed = verdicts.stream().mapToLong(ClassVerdict::passed).sum();
    long failed = verdicts.stream().mapToLong(ClassVerdict::failed).sum();
    long skipped = verdicts.stream().mapToLong(ClassVerdict::skipped).sum();
    long ended = verdicts.stream().filter(ClassVerdict::isCutOff).count();
    System.out.println(
        "gpu-check: "
            + passed
            + " passed, "
            + failed
            + " failed, "
            + ended
            + " classes ended early, "
            + skipped
            + " tests or classes need the double");
    return failed == 0 && ended == 0 && passed > 0;
  }

  private static List<ClassVerdict> run(List<String> classes, Path logs, int processes)
      throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(processes)) {
      var running =
          classes.stream()
              .map(name -> pool.submit(() -> report(new TestProcess(name, logs).run())))
              .toList();
      List<ClassVerdict> verdicts = new ArrayList<>();
      for (var verdict : running) {
        verdicts.add(verdict.get());
      }
      return verdicts;
    }
  }

  private static ClassVerdict report(ClassVerdict verdict) {
    System.out.println(verdict.line());
    return verdict;
  }
}

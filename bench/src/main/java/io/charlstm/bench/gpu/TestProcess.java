package io.charlstm.bench.gpu;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One class of tests in a Java process with the options of this one. */
final class TestProcess {
  private static final int LONGEST_SECONDS = 120;
  private static final double NANOS = 1e-9;

  private final String testClass;
  private final Path logFile;

  TestProcess(String testClass, Path logs) {
    this.testClass = testClass;
    this.logFile = logs.resolve(testClass + ".log");
  }

  /** Runs it and waits for its end, which it is brought to after two minutes. */
  ClassVerdict run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(logFile.toFile())
            .start();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    int exitCode = process.waitFor();
    String log = new String(Files.readAllBytes(logFile), StandardCharsets.UTF_8);
    return new ClassVerdict(testClass, (System.nanoTime() - start) * NANOS, exitCode, log);
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(GpuTests.class.getName());
    command.add(testClass);
    return command;
  }
}

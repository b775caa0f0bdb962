package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.testing.cuda.CudaDouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The double of the CUDA libraries tests itself: programs beside its libraries, whose cases each
 * run in a process of their own.
 */
class CudaDoubleSelfTest {
  @TestFactory
  Stream<DynamicTest> selftest() throws IOException, InterruptedException {
    return cases("selftest");
  }

  /** cuDNN and cuBLASLt. */
  @TestFactory
  Stream<DynamicTest> mathtest() throws IOException, InterruptedException {
    return cases("mathtest");
  }

  private static Stream<DynamicTest> cases(String name) throws IOException, InterruptedException {
    Path program = CudaDouble.folder().toAbsolutePath().normalize().resolve(name);
    assumeTrue(
        Files.isExecutable(program), "no " + program + " (it is built where g++ is installed)");
    Run list = run(program, "--list");
    assertThat(list.exitCode()).as(list.output()).isZero();
    assertThat(list.output()).isNotBlank();
    return list.output()
        .lines()
        .map(test -> DynamicTest.dynamicTest(test, () -> pass(program, test)));
  }

  private static void pass(Path program, String test) throws IOException, InterruptedException {
    Run run = run(program, test);
    assertThat(run.exitCode()).as(run.output()).isZero();
  }

  private record Run(int exitCode, String output) {}

  private static Run run(Path program, String argument) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program.toString(), argument).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
    return new Run(process.exitValue(), output);
  }
}

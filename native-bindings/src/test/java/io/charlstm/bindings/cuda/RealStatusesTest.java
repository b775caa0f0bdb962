package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.testing.cuda.CudaDouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The double refuses what NVIDIA's cuDNN and cuBLASLt refuse, with the same status codes, wherever
 * these need no GPU to answer: about 1700 calls, printed by a program that loads either.
 */
@Tag("cuda-real")
class RealStatusesTest {
  @Test
  void theDoubleAnswersAsTheRealLibraries() throws IOException, InterruptedException {
    Path programs = CudaDouble.folder().toAbsolutePath().normalize();
    assumeTrue(Files.isExecutable(programs.resolve("statuses")), "no g++ has built the double");
    List<String> real = statuses(Path.of(System.getProperty("charlstm.cuda.path")), "0");
    String version = real.getFirst().replace("version ", "");
    assertThat(real).hasSizeGreaterThan(1000);
    assertThat(statuses(programs, version)).isEqualTo(real);
  }

  private static List<String> statuses(Path folder, String version)
      throws IOException, InterruptedException {
    Path program = CudaDouble.folder().toAbsolutePath().normalize().resolve("statuses");
    ProcessBuilder builder = new ProcessBuilder(program.toString(), folder.toString());
    builder.environment().put("CHARLSTM_DOUBLE_CUDNN_VERSION", version);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.lines().toList();
  }
}

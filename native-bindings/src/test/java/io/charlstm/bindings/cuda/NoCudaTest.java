package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.NativeLibraryException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Without the libraries each owner says why there is none, and no class is left unusable. In a
 * process of its own, since one looks for its libraries once; with an empty folder as the only one
 * to look in, so that it makes no difference what this machine has.
 */
class NoCudaTest {
  @TempDir Path empty;

  /** Tries everything twice: a class whose initialisation failed would fail otherwise then. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      LstmSpec lstm =
          new LstmSpec(RnnAlgorithm.STANDARD, CudnnDataType.FLOAT, CudnnMathType.FMA, 7, 5, 2);
      List<Runnable> attempts =
          List.of(
              CudaStack::get,
              () -> CudaDevice.of(0),
              CudaDevice::count,
              CudaStream::create,
              () -> CudaEvent.create(false),
              () -> DeviceMemory.allocate(8, "nothing"),
              () -> PinnedMemory.allocate(8, "nothing"),
              () -> Nvrtc.compile("", "empty.cu", List.of()),
              Nvrtc::version,
              () -> CudnnHandle.create(null),
              () -> LstmDescriptor.create(lstm),
              BlasLtHandle::create);
      for (int round = 0; round < 2; round++) {
        attempts.forEach(Program::attempt);
      }
      System.out.println(CudaStack.isAvailable() + " " + CudaStack.unavailableReasons());
      CudaStack.findings().forEach(finding -> System.out.println("found: " + finding));
    }

    private static void attempt(Runnable attempt) {
      try {
        attempt.run();
        System.out.println("succeeded");
      } catch (NativeLibraryException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  @Test
  void everyOwnerRefusesWithReasons() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dcharlstm.cuda.path=" + empty,
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines().filter(line -> line.startsWith("refused: ")))
        .as(output)
        .hasSize(24)
        .allSatisfy(line -> assertThat(line).contains("is not available: "));
    assertThat(output).doesNotContain("succeeded").contains("false [");
    assertThat(output.lines().filter(line -> line.startsWith("found: LibraryFinding[library=cu")))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains(empty.toString(), "charlstm.cuda.path"));
  }
}

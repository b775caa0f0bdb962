package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * NVIDIA's cuDNN ends the process when a part of it is missing; here it gives a reason. Each case
 * runs in a process of its own, so that an end would be seen.
 */
@Tag("cuda-real")
class RealMissingPartTest {
  @TempDir Path folder;

  /** Asks for an LSTM and prints why there is none. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      try {
        LstmDescriptor.create(
                new LstmSpec(
                    RnnAlgorithm.STANDARD, CudnnDataType.FLOAT, CudnnMathType.FMA, 7, 5, 2))
            .close();
        System.out.println("created");
      } catch (RuntimeException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aWholeFolderWorks() throws Exception {
    link("nothing");
    assertThat(run()).isEqualTo("created");
  }

  @Test
  void aMissingPartIsAReason() throws Exception {
    link("libcudnn_adv.so.9");
    assertThat(run()).contains("lacks its part libcudnn_adv.so.9", "charlstm.cuda.path");
  }

  @Test
  void aPartThatIsNoLibraryIsAReason() throws Exception {
    link("libcudnn_ops.so.9");
    Files.writeString(folder.resolve("libcudnn_ops.so.9"), "cut off", StandardCharsets.UTF_8);
    assertThat(run())
        .contains("libcudnn_ops.so.9 does not load", "too short", "charlstm.cuda.path");
  }

  @Test
  void aKindOfCudnnWithoutLstmIsAReason() throws Exception {
    link("nothing");
    assertThat(run("CUDNN_LIB_CONFIG=GRAPH_JIT_ONLY"))
        .contains("CUDNN_LIB_CONFIG=GRAPH_JIT_ONLY", "unset");
  }

  @AfterEach
  void unlink() throws IOException {
    try (DirectoryStream<Path> links = Files.newDirectoryStream(folder)) {
      for (Path link : links) {
        Files.delete(link);
      }
    }
  }

  private void link(String except) throws IOException {
    Path real = Path.of(System.getProperty("charlstm.cuda.real"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(real, "lib*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.equals(except)) {
          Files.createSymbolicLink(folder.resolve(name), file.toRealPath());
        }
      }
    }
  }

  private String run(String... environment) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dcharlstm.cuda.path=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Arrays.stream(environment)
        .map(variable -> variable.split("=", 2))
        .forEach(variable -> builder.environment().put(variable[0], variable[1]));
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}

package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An application that embeds the engine need not add the incubator module. */
class WithoutVectorModuleTest {

  @Test
  void plainKernelsServe() throws IOException, InterruptedException {
    OneDnnUnderTest.create(1).close();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingMain.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    List<String> lines = output.lines().toList();
    assertThat(lines.getLast()).startsWith("oneDNN").contains("plain kernels");
    assertThat(output).doesNotContain("incubator").doesNotContain("WARNING");
  }
}

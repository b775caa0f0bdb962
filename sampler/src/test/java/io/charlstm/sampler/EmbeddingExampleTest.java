package io.charlstm.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the documentation, as an application would write it. */
class EmbeddingExampleTest {
  @TempDir Path folder;

  @Test
  void anApplicationPrintsTextOfARun() throws Exception {
    Path run = folder.resolve("runs/shakespeare");
    Files.createDirectories(run.resolve("checkpoints"));
    try (Backend reference = new ReferenceBackend();
        CharModel model = TestModels.chars(reference)) {
      ModelFiles.weightsWriter(model.network(), model.spec())
          .write(run.resolve("checkpoints/best.safetensors"));
    }
    TestBackends.oneDnn(1).close();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    try (var backend = Backends.auto();
        var model = CharModel.load(run, backend); // network, vocabulary, configuration
        var text = TextGenerator.of(model, Sampling.temperature(0.8).topP(0.95).seed(42))) {
      text.prompt("abc");
      text.stream().limit(500).forEach(cp -> out.print(Character.toString(cp)));
    }

    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertThat(printed.codePointCount(0, printed.length())).isEqualTo(500);
  }
}

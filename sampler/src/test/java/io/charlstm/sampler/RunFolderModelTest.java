package io.charlstm.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.runtime.safetensors.TensorInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoint of a run folder a model is loaded from, and what damage matters for that. */
class RunFolderModelTest {
  private static final String WEIGHT = "lstm.weight_hh_l1";
  private static final String MOMENT = "optimizer.exp_avg.output.bias";

  @TempDir Path run;
  private final Backend backend = new ReferenceBackend();
  private final List<String> warnings = new ArrayList<>();
  private Path checkpoints;

  @BeforeEach
  void writeCheckpoints() throws IOException {
    checkpoints = Files.createDirectories(run.resolve("checkpoints"));
    write("best.safetensors", 7);
    write("last.safetensors", 11);
    write("step-5.safetensors", 5);
  }

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  @Test
  void theBestCheckpointIsLoaded() {
    assertThat(loadedStep()).isEqualTo(7);
    assertThat(warnings).isEmpty();
  }

  @Test
  void damagedMomentsHinderOnlyAResumption() throws IOException {
    damage("best.safetensors", MOMENT);

    assertThat(ModelFiles.resolve(run, warnings::add)).hasFileName("last.safetensors");
    assertThat(warnings).singleElement().asString().contains(MOMENT);

    warnings.clear();
    assertThat(loadedStep()).isEqualTo(7);
    assertThat(warnings).isEmpty();
  }

  @Test
  void damagedWeightsArePassedOverWithAWarning() throws IOException {
    damage("best.safetensors", WEIGHT);
    Files.write(checkpoints.resolve("last.safetensors"), new byte[100]);

    assertThat(loadedStep()).isEqualTo(5);
    assertThat(warnings)
        .satisfiesExactly(
            best -> assertThat(best).contains("best.safetensors", WEIGHT, "checksum"),
            last -> assertThat(last).contains("last.safetensors"))
        .allSatisfy(line -> assertThat(line).endsWith("; using " + path("step-5.safetensors")));
  }

  @Test
  void whereNoneIsGoodTheFirstProblemIsTold() throws IOException {
    for (String name : List.of("best.safetensors", "last.safetensors", "step-5.safetensors")) {
      damage(name, WEIGHT);
    }
    ModelFileException problem = catchThrowableOfType(ModelFileException.class, this::loadedStep);
    assertThat(problem).hasMessageContaining("best.safetensors");
    assertThat(problem.getSuppressed()).hasSize(2);
    assertThat(warnings).isEmpty();
  }

  @Test
  void aFileThatIsNamedIsNeverPassedOver() throws IOException {
    damage("best.safetensors", WEIGHT);
    ModelFileException problem =
        catchThrowableOfType(
            ModelFileException.class,
            () -> CharModel.load(path("best.safetensors"), backend, warnings::add).close());
    assertThat(problem).hasMessageContaining(WEIGHT);
  }

  private long loadedStep() {
    try (CharModel model = CharModel.load(run, backend, warnings::add)) {
      return model.spec().step();
    }
  }

  private Path path(String name) {
    return checkpoints.resolve(name);
  }

  private void write(String name, long step) {
    try (CharModel model = TestModels.chars(backend)) {
      ModelSpec spec = model.spec();
      ModelSpec at = new ModelSpec(spec.network(), spec.vocabulary(), spec.config(), step);
      ModelFiles.weightsWriter(model.network(), at)
          .floats(MOMENT, List.of(3), new float[3])
          .write(path(name));
    }
  }

  /** Changes one bit of a tensor. */
  private void damage(String name, String tensor) throws IOException {
    long data = dataStart(path(name));
    TensorInfo place;
    try (SafetensorsFile opened = SafetensorsFile.open(path(name))) {
      place = opened.tensors().get(tensor);
    }
    try (RandomAccessFile file = new RandomAccessFile(path(name).toFile(), "rw")) {
      file.seek(data + place.begin());
      int before = file.read();
      file.seek(data + place.begin());
      file.write(before ^ 1);
    }
  }

  /** The header's length, and the eight bytes that state it. */
  private static long dataStart(Path file) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
      return 8 + Long.reverseBytes(opened.readLong());
    }
  }
}

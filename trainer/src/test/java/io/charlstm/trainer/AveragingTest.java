package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.data.TokenSequence;
import io.charlstm.data.UnseenPolicy;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.runtime.safetensors.SafetensorsWriter;
import io.charlstm.sampler.CharModel;
import io.charlstm.sampler.ModelFiles;
import io.charlstm.trainer.TrainingEvent.End;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run with averaged weights evaluates, saves and goes on from. */
class AveragingTest {
  /** An average in a file is a float, as are those that it is compared with. */
  private static final float ROUNDED = 1e-6f;

  private static final String TRAINED = "training.";

  /** Metadata that the writer adds by itself. */
  private static final Pattern CHECKSUMS =
      Pattern.compile("charlstm\\.(header_sha256|sha256|crc32c)");

  private static final double DECAY = 0.28;

  @TempDir private Path folder;
  private TinyRun tiny;

  @BeforeEach
  void start() throws IOException {
    tiny = new TinyRun(folder);
  }

  private RunConfig config(String averaging) {
    return tiny.config()
        .withValues(
            Map.of(
                "averaging",
                averaging,
                "averaging_decay",
                DECAY,
                "checkpoint_every",
                1L,
                "eval_every",
                2L))
        .with("steps", "3");
  }

  private Path checkpoint(String run, String name) {
    return tiny.run(run).resolve("checkpoints").resolve(name + ".safetensors");
  }

  @Test
  void filesHoldTheAverageAndTheWeightsThatAreTrained() {
    tiny.train("averaged", config("ema"));
    tiny.train("plain", config("none"));
    try (SafetensorsFile first = SafetensorsFile.open(checkpoint("averaged", "step-1"));
        SafetensorsFile second = SafetensorsFile.open(checkpoint("averaged", "step-2"));
        SafetensorsFile third = SafetensorsFile.open(checkpoint("averaged", "step-3"));
        SafetensorsFile plain = SafetensorsFile.open(checkpoint("plain", "step-3"))) {
      for (ParameterSpec spec : ModelFiles.readSpec(first).network().parameters()) {
        String name = spec.name();
        // 3/12 is below the bound, 4/13 is not.
        assertAverage(second.readFloats(name), first.readFloats(name), second, name, 0.25);
        assertAverage(third.readFloats(name), second.readFloats(name), third, name, DECAY);
        assertThat(third.readFloats(name)).isNotEqualTo(third.readFloats(TRAINED + name));
        // Neither averaging nor the evaluation of averages changes what is trained.
        assertThat(third.readFloats(TRAINED + name)).isEqualTo(plain.readFloats(name));
        assertThat(plain.tensors()).doesNotContainKey(TRAINED + name);
      }
    }
  }

  private static void assertAverage(
      float[] average, float[] before, SafetensorsFile now, String name, double decay) {
    float[] trained = now.readFloats(TRAINED + name);
    for (int i = 0; i < average.length; i++) {
      double expected = decay * before[i] + (1 - decay) * trained[i];
      assertThat(average[i]).as(name).isCloseTo((float) expected, within(ROUNDED));
    }
  }

  @Test
  void evaluationsAreOfTheAverageAsAFileIs() {
    End end = tiny.train("averaged", config("ema"));
    try (Backend backend = new ReferenceBackend();
        CharModel best = CharModel.load(end.checkpoint(), backend)) {
      TrainingEvent.Evaluation last = tiny.evaluations().getLast();
      assertThat(last.step()).isEqualTo(3);
      assertThat(last.best()).isTrue();
      String text = TinyRun.text(900).substring(810, 855);
      double loss =
          Evaluator.score(
                  best.network(),
                  tokens(best.vocabulary().encode(text, UnseenPolicy.ERROR).ids()),
                  2)
              .mean();
      assertThat(last.validLoss()).isCloseTo(loss, within(1e-6)); // of weights in float
    }
  }

  private static TokenSequence tokens(int[] ids) {
    return new TokenSequence() {
      @Override
      public long size() {
        return ids.length;
      }

      @Override
      public int get(long index) {
        return ids[Math.toIntExact(index)];
      }
    };
  }

  @Test
  void exportsHoldTheAverageOnly() {
    tiny.train("averaged", config("ema"));
    Path exported = folder.resolve("exported.safetensors");
    ModelFiles.exportWeights(checkpoint("averaged", "last"), exported);
    try (SafetensorsFile checkpoint = SafetensorsFile.open(checkpoint("averaged", "last"));
        SafetensorsFile file = SafetensorsFile.open(exported)) {
      assertThat(file.tensors().keySet()).noneMatch(name -> name.startsWith(TRAINED));
      assertThat(file.readFloats("output.weight"))
          .isEqualTo(checkpoint.readFloats("output.weight"));
    }
  }

  @Test
  void aCheckpointWithoutTheTrainedWeightsIsRefused() {
    tiny.train("averaged", config("ema"));
    Path last = checkpoint("averaged", "last");
    for (String name : new String[] {"last", "best", "step-1", "step-2", "step-3"}) {
      withoutTrained(last, checkpoint("averaged", name));
    }
    assertThatThrownBy(() -> tiny.resume("averaged", Map.of("steps", "5")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("tensor training.embedding.weight should have the shape");
  }

  private static void withoutTrained(Path from, Path to) {
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(from)) {
      file.metadata()
          .forEach(
              (key, value) -> {
                if (!CHECKSUMS.matcher(key).lookingAt()) {
                  writer.metadata(key, value);
                }
              });
      file.tensors()
          .forEach(
              (name, tensor) -> {
                if (!name.startsWith(TRAINED)) {
                  writer.floats(
                      name,
                      tensor.shape().stream().map(Math::toIntExact).toList(),
                      file.readFloats(name));
                }
              });
      writer.write(to);
    }
  }
}

package io.charlstm.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.DropoutKind;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir Path folder;
  private Backend backend;

  @BeforeEach
  void createBackend() {
    backend = new ReferenceBackend();
  }

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  private void save(CharModel model, long step, Path file) {
    ModelSpec spec = model.spec();
    ModelFiles.weightsWriter(
            model.network(), new ModelSpec(spec.network(), spec.vocabulary(), spec.config(), step))
        .write(file);
  }

  private static float[] logitsAfter(CharModel model, int... tokens) {
    float[] logits = new float[model.vocabulary().size()];
    try (StepDecoder decoder = model.network().createDecoder(1)) {
      decoder.reset(0, 1);
      for (int token : tokens) {
        decoder.feed(new int[] {token});
      }
      decoder.readLogits(0, logits);
    }
    return logits;
  }

  @Test
  void aSavedModelGivesTheSameLogitsBitForBit() {
    Path file = folder.resolve("model.safetensors");
    try (CharModel saved = TestModels.chars(backend)) {
      save(saved, 1234, file);
      try (CharModel loaded = CharModel.load(file, backend)) {
        assertThat(logitsAfter(loaded, 3, 1, 13, 0))
            .containsExactly(logitsAfter(saved, 3, 1, 13, 0));
        assertThat(loaded.spec().network()).isEqualTo(saved.spec().network());
        assertThat(loaded.vocabulary()).isEqualTo(saved.vocabulary());
        assertThat(loaded.spec().step()).isEqualTo(1234);
      }
    }
  }

  @Test
  void oneHotBytesAndTiedModelsComeBackToo() {
    var tied =
        new NetworkConfig(
            TestModels.CHARS.size(), 6, 6, 3, true, 0, 0.5, 0.125, DropoutKind.VARIATIONAL, 0.375);
    Path bytesFile = folder.resolve("bytes");
    Path tiedFile = folder.resolve("tied");
    try (CharModel bytes = TestModels.bytes(backend);
        CharModel tiedModel = TestModels.model(backend, tied, TestModels.CHARS)) {
      save(bytes, 0, bytesFile);
      save(tiedModel, 0, tiedFile);
      try (CharModel loadedBytes = CharModel.load(bytesFile, backend);
          CharModel loadedTied = CharModel.load(tiedFile, backend)) {
        assertThat(loadedBytes.vocabulary()).isEqualTo(Vocabulary.bytes());
        assertThat(logitsAfter(loadedBytes, 200, 7)).containsExactly(logitsAfter(bytes, 200, 7));
        assertThat(loadedTied.spec().network()).isEqualTo(tied);
        assertThat(logitsAfter(loadedTied, 2, 9)).containsExactly(logitsAfter(tiedModel, 2, 9));
      }
    }
  }

  @Test
  void theFileHoldsPyTorchNamesAndReadableMetadata() {
    Path file = folder.resolve("model.safetensors");
    try (CharModel model = TestModels.chars(backend)) {
      save(model, 5, file);
    }
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.tensors().keySet())
          .containsExactlyInAnyOrder(
              "embedding.weight",
              "lstm.weight_ih_l0",
              "lstm.weight_hh_l0",
              "lstm.bias_ih_l0",
              "lstm.bias_hh_l0",
              "lstm.weight_ih_l1",
              "lstm.weight_hh_l1",
              "lstm.bias_ih_l1",
              "lstm.bias_hh_l1",
              "output.weight",
              "output.bias");
      assertThat(opened.tensors().get("lstm.weight_ih_l0").shape()).containsExactly(28L, 5L);
      assertThat(opened.metadata())
          .containsEntry("format", "pt")
          .containsEntry("charlstm.format_version", "1")
          .containsEntry("charlstm.step", "5")
          .containsEntry(
              "charlstm.vocabulary", "[10,32,97,98,99,100,101,102,103,104,233,19990,128512,128513]")
          .containsEntry(
              "charlstm.config",
              "{\"token_mode\":\"chars\",\"embedding_size\":5,\"hidden_size\":7,\"num_layers\":2,"
                  + "\"tied_embedding\":false,\"dropout\":0.25,\"input_dropout\":0.0,"
                  + "\"output_dropout\":0.0,\"dropout_kind\":\"step\","
                  + "\"weight_dropout\":0.0}");
    }
  }

  @Test
  void filesOfEarlierVersionsHaveNoKindOfDropout() {
    Path file = folder.resolve("model.safetensors");
    try (CharModel model = TestModels.chars(backend)) {
      Map<String, Object> config = new LinkedHashMap<>(model.spec().config());
      config.remove("dropout_kind");
      config.remove("weight_dropout");
      ModelSpec earlier = new ModelSpec(model.spec().network(), TestModels.CHARS, config, 3);
      ModelFiles.weightsWriter(model.network(), earlier).write(file);
      assertThat(ModelFiles.readSpec(file).network()).isEqualTo(model.spec().network());

      config.put("dropout_kind", "sometimes");
      ModelSpec wrong = new ModelSpec(model.spec().network(), TestModels.CHARS, config, 3);
      ModelFiles.weightsWriter(model.network(), wrong).write(file);
      assertThatThrownBy(() -> ModelFiles.readSpec(file))
          .hasMessageContaining("dropout_kind must be step or variational: sometimes");
    }
  }

  @Test
  void anExportHoldsTheModelOfACheckpointAndNothingElse() {
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    Path weights = folder.resolve("weights.safetensors");
    try (CharModel model = TestModels.chars(backend)) {
      ModelFiles.weightsWriter(model.network(), model.spec())
          .metadata("charlstm.rng", "1 2 3")
          .longs("optimizer.step", List.of(), new long[] {3})
          .floats("optimizer.exp_avg.output.bias", List.of(2), new float[2])
          .write(checkpoint);
      save(model, 0, weights);
    }
    Path exported = folder.resolve("exported.safetensors");
    ModelFiles.exportWeights(checkpoint, exported);
    ModelFiles.exportWeights(checkpoint, checkpoint);

    assertThat(exported).hasSameBinaryContentAs(weights);
    assertThat(checkpoint).hasSameBinaryContentAs(weights);
  }

  @Test
  void everyConfigurationKeyComesBackWithItsType() {
    Path file = folder.resolve("model.safetensors");
    try (CharModel model = TestModels.chars(backend)) {
      Map<String, Object> config = new LinkedHashMap<>(model.spec().config());
      config.put("learning_rate", 0.002);
      config.put("seconds", 0.0);
      config.put("seed", Long.MIN_VALUE);
      config.put("split", "90,5,5");
      config.put("sample_prompt", "line\n\"quoted\" \u4e16 \uD83D\uDE00");
      ModelSpec spec = model.spec();
      ModelFiles.weightsWriter(
              model.network(), new ModelSpec(spec.network(), spec.vocabulary(), config, 0))
          .write(file);

      assertThat(ModelFiles.readSpec(file).config()).containsExactlyEntriesOf(config);
    }
  }

  @Test
  void aRunFolderStandsForItsBestUndamagedCheckpoint() throws Exception {
    Path checkpoints = Files.createDirectories(folder.resolve("run/checkpoints"));
    Path run = folder.resolve("run");
    assertThatThrownBy(() -> ModelFiles.resolve(run))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("has no checkpoint yet");
    try (CharModel model = TestModels.chars(backend)) {
      save(model, 9, checkpoints.resolve("step-9.safetensors"));
      save(model, 10, checkpoints.resolve("step-10.safetensors"));
      assertThat(ModelFiles.resolve(run)).hasFileName("step-10.safetensors");
      save(model, 10, checkpoints.resolve("last.safetensors"));
      assertThat(ModelFiles.resolve(run)).hasFileName("last.safetensors");
      save(model, 9, checkpoints.resolve("best.safetensors"));
      assertThat(ModelFiles.resolve(run)).hasFileName("best.safetensors");
    }
    Files.write(checkpoints.resolve("best.safetensors"), new byte[100]);
    flipLastByte(checkpoints.resolve("last.safetensors"));
    List<String> warnings = new ArrayList<>();

    assertThat(ModelFiles.resolve(run, warnings::add)).hasFileName("step-10.safetensors");
    assertThat(warnings).hasSize(2);
    assertThat(warnings.getFirst()).contains("best.safetensors").contains("; using ");
    assertThat(warnings.getLast()).contains("last.safetensors").contains("checksum");

    flipLastByte(checkpoints.resolve("step-10.safetensors"));
    flipLastByte(checkpoints.resolve("step-9.safetensors"));
    assertThatThrownBy(() -> ModelFiles.resolve(run, warnings::add))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("best.safetensors");
    assertThat(warnings).hasSize(2);
  }

  private static void flipLastByte(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }
}

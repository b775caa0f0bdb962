package io.charlstm.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.trainer.ConfigException;
import io.charlstm.trainer.ConfigKey;
import io.charlstm.trainer.Presets;
import io.charlstm.trainer.RunConfig;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipesTest {
  private static final Set<String> SHAPE =
      Set.of(
          "seq_length",
          "batch_size",
          "embedding_size",
          "hidden_size",
          "num_layers",
          "tied_embedding",
          "dropout",
          "input_dropout");

  /** A recipe's speed is that of the preset which benchmarks use. */
  @ParameterizedTest
  @ValueSource(strings = {"mxnet-obama", "mxnet-r-shakespeare", "flux-shakespeare", "tf-warpeace"})
  void aRecipeHasTheShapeOfItsPreset(String name) {
    RunConfig recipe = Recipes.load(name).config();
    RunConfig preset = Presets.load(name);
    for (ConfigKey key : RunConfig.keys()) {
      if (SHAPE.contains(key.name())) {
        assertThat(recipe.get(key.name())).as(key.name()).isEqualTo(preset.get(key.name()));
      }
    }
  }

  /** What char-rnn prints for its defaults on tinyshakespeare (karpathy/char-rnn#71). */
  @Test
  void charRnnHasTheParametersOfItsDefaults() {
    NetworkConfig network = Recipes.load("char-rnn").config().network(65);
    assertThat(network.parameterCount()).isEqualTo(240_321);
  }

  @Test
  void everyRecipeSaysWhatItNeedsAndWhatItLooksFor() {
    for (String name : Recipes.names()) {
      Recipe recipe = Recipes.load(name);
      assertThat(recipe.description()).isNotBlank();
      assertThat(recipe.corpus().isPresent()).isNotEqualTo(!recipe.corpusHint().isEmpty());
      assertThat(recipe.sample().length()).isPositive();
      recipe.figures().forEach(figure -> assertThat(figure.theirs()).isPositive());
    }
    assertThat(Recipes.load("mxnet-obama").config().get("extra_symbol")).isEqualTo("\0");
    assertThatThrownBy(() -> Recipes.load("keras"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("unknown recipe 'keras'; recipes are mxnet-obama, ");
  }

  @Test
  void figuresAreFoundAtTheirPlace() {
    List<Map<String, Object>> metrics =
        List.of(
            Map.of("event", "log", "step", 20L, "x", 7.0),
            Map.of("event", "eval", "step", 30L, "epoch", 1.0, "x", 2.0, "seconds", 4.5),
            Map.of("event", "eval", "step", 60L, "epoch", 2.0, "x", 3.0, "seconds", 9.5));
    RecipeFigure atEpoch = new RecipeFigure("a", "eval", "x", OptionalDouble.of(1), 10, 5);
    assertThat(atEpoch.in(metrics).ours()).hasValue(20);
    assertThat(atEpoch.in(metrics).seconds()).hasValue(4.5);
    RecipeFigure last = new RecipeFigure("b", "eval", "x", OptionalDouble.empty(), 1, 5);
    assertThat(last.in(metrics).ours()).hasValue(3);
    RecipeFigure atStep = new RecipeFigure("c", "log", "x", OptionalDouble.of(20), 1, 5);
    assertThat(atStep.in(metrics).ours()).hasValue(7);
    RecipeFigure beyond = new RecipeFigure("d", "log", "x", OptionalDouble.of(240), 1, 5);
    assertThat(beyond.in(metrics).ours()).isEmpty();
    RecipeFigure other = new RecipeFigure("e", "eval", "y", OptionalDouble.empty(), 1, 5);
    assertThat(other.in(metrics).ours()).isEmpty();
  }
}

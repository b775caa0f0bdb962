package io.charlstm.trainer.recipe;

import io.charlstm.data.UnseenPolicy;
import io.charlstm.sampler.CharModel;
import io.charlstm.sampler.Sampling;
import io.charlstm.sampler.TextGenerator;

/**
 * A text that a recipe has its model write.
 *
 * @param prompt what it goes on from
 * @param randomStart whether it starts with a random character instead
 * @param length characters
 * @param temperature of the draws
 * @param greedy whether the most likely character is taken always
 */
public record RecipeSample(
    String prompt, boolean randomStart, int length, double temperature, boolean greedy) {

  /** Prompt and text. */
  public String write(CharModel model, long seed) {
    Sampling sampling = greedy ? Sampling.greedy() : Sampling.temperature(temperature);
    try (TextGenerator generator =
        TextGenerator.of(model, sampling.seed(seed).unseen(UnseenPolicy.SKIP))) {
      if (randomStart) {
        return generator.promptRandom().getFirst() + generator.generate(length);
      }
      generator.prompt(prompt);
      return prompt + generator.generate(length);
    }
  }

  /** How it was drawn, for people. */
  public String description() {
    return length
        + " characters from "
        + (randomStart ? "a random first character" : "\u201c" + prompt + "\u201d")
        + (greedy ? ", greedy" : ", temperature " + temperature);
  }
}

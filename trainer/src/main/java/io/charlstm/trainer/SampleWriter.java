package io.charlstm.trainer;

import io.charlstm.data.UnseenPolicy;
import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Network;
import io.charlstm.sampler.CharModel;
import io.charlstm.sampler.ModelSpec;
import io.charlstm.sampler.Sampling;
import io.charlstm.sampler.TextGenerator;

/** Lets the network write a few characters while it is trained. */
final class SampleWriter {
  // A little safer than the model's own distribution, as people mostly sample.
  private static final double TEMPERATURE = 0.8;

  private final CharModel model;
  private final int length;
  private final long seed;
  private final String prompt;

  /**
   * Prepares samples; the network stays the caller's.
   *
   * @param firstToken goes first when the configured prompt has nothing the model knows
   */
  SampleWriter(Network network, ModelSpec spec, RunConfig config, int firstToken) {
    model = CharModel.of(network, spec);
    length = config.integer("sample_length");
    seed = config.seed();
    prompt = prompt(config.word("sample_prompt"), spec.vocabulary(), firstToken);
  }

  private static String prompt(String configured, Vocabulary vocabulary, int firstToken) {
    String text = configured.isEmpty() ? "\n" : configured;
    boolean known = vocabulary.encode(text, UnseenPolicy.SKIP).ids().length > 0;
    return known ? text : vocabulary.decode(firstToken);
  }

  /** The text that follows the prompt, or nothing when no sample was asked for. */
  String write() {
    if (length == 0) {
      return "";
    }
    Sampling sampling = Sampling.temperature(TEMPERATURE).seed(seed).unseen(UnseenPolicy.SKIP);
    try (TextGenerator generator = TextGenerator.of(model, sampling)) {
      generator.prompt(prompt);
      return generator.generate(length);
    }
  }
}

package io.charlstm.sampler;

import io.charlstm.data.UnseenPolicy;
import io.charlstm.runtime.SamplingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How text is drawn: immutable; each method gives a changed copy. Wrong values are {@link
 * IllegalArgumentException}s of one line.
 *
 * @param config temperature and filters
 * @param randomSeed the seed; empty for a fresh one with each generator
 * @param stops texts that end a stream; they are not part of the output
 * @param onUnseen what happens to characters of a prompt that the model does not know
 * @param atEnd what happens at the symbol that ends a line
 */
public record Sampling(
    SamplingConfig config,
    OptionalLong randomSeed,
    List<String> stops,
    UnseenPolicy onUnseen,
    AtEnd atEnd) {

  public Sampling {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(randomSeed, "randomSeed");
    Objects.requireNonNull(onUnseen, "onUnseen");
    Objects.requireNonNull(atEnd, "atEnd");
    stops = List.copyOf(stops);
    if (stops.contains("")) {
      throw new IllegalArgumentException("a stop text must not be empty");
    }
  }

  /** As the model was trained: temperature 1, no filter, a fresh seed. */
  public static Sampling defaults() {
    return of(SamplingConfig.DEFAULT);
  }

  /** A given configuration with a fresh seed. */
  public static Sampling of(SamplingConfig config) {
    return new Sampling(config, OptionalLong.empty(), List.of(), UnseenPolicy.ERROR, AtEnd.AUTO);
  }

  /**
   * Draws with a temperature: below 1 safer, above 1 bolder.
   *
   * @param temperature divisor of the logits, above 0
   */
  public static Sampling temperature(double temperature) {
    return of(new SamplingConfig(temperature, 0, 1, 0, false));
  }

  /** Always takes the most likely character. */
  public static Sampling greedy() {
    return of(new SamplingConfig(1, 0, 1, 0, true));
  }

  /** Keeps the {@code k} most likely characters; 0 = all. */
  public Sampling topK(int k) {
    return with(
        new SamplingConfig(config.temperature(), k, config.topP(), config.minP(), config.greedy()));
  }

  /** Keeps the smallest set of most likely characters that together reach {@code p}; 1 = all. */
  public Sampling topP(double p) {
    return with(
        new SamplingConfig(config.temperature(), config.topK(), p, config.minP(), config.greedy()));
  }

  /** Keeps characters at least {@code p} times as likely as the most likely one; 0 = all. */
  public Sampling minP(double p) {
    return with(
        new SamplingConfig(config.temperature(), config.topK(), config.topP(), p, config.greedy()));
  }

  /** Makes the text repeatable. */
  public Sampling seed(long seed) {
    return new Sampling(config, OptionalLong.of(seed), stops, onUnseen, atEnd);
  }

  /** Adds a text that ends a stream; the output ends right before it. */
  public Sampling stop(String text) {
    List<String> more = new ArrayList<>(stops);
    more.add(text);
    return new Sampling(config, randomSeed, more, onUnseen, atEnd);
  }

  /** Says what happens to characters of a prompt that the model does not know; an error if not. */
  public Sampling unseen(UnseenPolicy policy) {
    return new Sampling(config, randomSeed, stops, policy, atEnd);
  }

  /** Says what happens at the symbol that ends a line. */
  public Sampling atEnd(AtEnd choice) {
    return new Sampling(config, randomSeed, stops, onUnseen, choice);
  }

  private Sampling with(SamplingConfig changed) {
    return new Sampling(changed, randomSeed, stops, onUnseen, atEnd);
  }
}

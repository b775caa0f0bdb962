package io.charlstm.runtime.contract;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What one stream drew, and its logits after that. */
public record StreamRun(List<Integer> tokens, List<Float> logits) {
  private static final SamplingConfig SAMPLING = new SamplingConfig(0.9, 0, 1, 0, false);

  /**
   * Primes every stream with tokens of its own, some streams idle now and then, and generates.
   *
   * @param firstKey tells the first stream's tokens and seed; the others follow
   * @param given tokens that a stream is primed with
   * @param steps tokens that it generates
   */
  public static List<StreamRun> of(
      StepDecoder decoder, NetworkConfig config, int firstKey, int given, int steps) {
    int streams = decoder.streams();
    Random[] random = new Random[streams];
    for (int i = 0; i < streams; i++) {
      random[i] = new Random(firstKey + i);
      decoder.reset(i, 1000 + firstKey + i);
    }
    int[] fed = new int[streams];
    int[] tokens = new int[streams];
    for (int round = 0; !allFed(fed, given); round++) {
      for (int i = 0; i < streams; i++) {
        boolean idle = fed[i] == given || (streams > 1 && (round + i) % 3 == 0);
        tokens[i] = idle ? StepDecoder.IDLE : random[i].nextInt(config.vocabularySize());
        fed[i] += idle ? 0 : 1;
      }
      decoder.feed(tokens);
    }
    int[] drawn = new int[steps * streams];
    decoder.generate(steps, SAMPLING, drawn);
    List<StreamRun> runs = new ArrayList<>();
    float[] read = new float[config.vocabularySize()];
    for (int i = 0; i < streams; i++) {
      List<Integer> own = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        own.add(drawn[step * streams + i]);
      }
      List<Float> logits = new ArrayList<>();
      decoder.readLogits(i, read);
      for (float logit : read) {
        logits.add(logit);
      }
      runs.add(new StreamRun(own, logits));
    }
    return runs;
  }

  private static boolean allFed(int[] fed, int given) {
    return Arrays.stream(fed).allMatch(count -> count == given);
  }
}

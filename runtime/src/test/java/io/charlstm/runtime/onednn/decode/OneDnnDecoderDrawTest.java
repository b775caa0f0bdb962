package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StreamRandom;
import io.charlstm.runtime.TokenSampler;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OneDnnDecoderDrawTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(21, 6, 13, 1);

  @Test
  void drawsTheTokenThatTheTokenSamplerDraws() {
    Random random = new Random(12);
    for (DecoderKernels kernels : Decoders.allKernels()) {
      for (int vocabulary : new int[] {1, 2, 7, 65, 130}) {
        DecoderShape shape =
            new DecoderShape(NetworkConfig.of(vocabulary, 1, 3, 1), kernels.lanes(), true);
        TokenDraw draw = new TokenDraw(kernels, shape);
        TokenSampler sampler = new TokenSampler(vocabulary);
        float[] logits = new float[3 + shape.paddedVocabulary()];
        Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        int different = 0;
        for (int i = 0; i < 3000; i++) {
          for (int token = 0; token < vocabulary; token++) {
            logits[3 + token] = (float) random.nextGaussian() * (1 + i % 7);
          }
          float[] plain = Arrays.copyOfRange(logits, 3, 3 + vocabulary);
          SamplingConfig sampling = sampling(i);
          int token = draw.draw(logits, 3, sampling, 5, i);
          if (token != sampler.draw(plain, sampling, StreamRandom.uniform(5, i))) {
            different++;
          }
        }
        // A weight is off by some 1e-7 of itself, so a draw falls between two tokens' borders in
        // one of about a million cases.
        assertThat(different).isLessThanOrEqualTo(1);
      }
    }
  }

  private static SamplingConfig sampling(int i) {
    return switch (i % 6) {
      case 0 -> new SamplingConfig(1, 0, 1, 0, true);
      case 1 -> new SamplingConfig(0.6, 5, 1, 0, false);
      case 2 -> new SamplingConfig(1.2, 0, 0.8, 0, false);
      case 3 -> new SamplingConfig(1, 0, 1, 0.1, false);
      case 4 -> new SamplingConfig(i % 4 == 0 ? 1e-9 : 1e5, 0, 1, 0, false);
      default -> new SamplingConfig(0.8, 0, 1, 0, false);
    };
  }

  @Test
  void drawsFollowTheSoftmax() {
    DecoderKernels kernels = DecoderKernelSelection.choose();
    int vocabulary = 7;
    DecoderShape shape =
        new DecoderShape(NetworkConfig.of(vocabulary, 1, 3, 1), kernels.lanes(), true);
    TokenDraw draw = new TokenDraw(kernels, shape);
    float[] logits = new float[shape.paddedVocabulary()];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    double[] weights = new double[vocabulary];
    double temperature = 0.7;
    for (int i = 0; i < vocabulary; i++) {
      logits[i] = (float) Math.sin(i * 2.5) * 1.5f;
      weights[i] = Math.exp(logits[i] / temperature);
    }
    double total = Arrays.stream(weights).sum();
    int draws = 200_000;
    long[] counts = new long[vocabulary];
    SamplingConfig sampling = new SamplingConfig(temperature, 0, 1, 0, false);
    for (int i = 0; i < draws; i++) {
      counts[draw.draw(logits, 0, sampling, 31, i)]++;
    }
    double chiSquare = 0;
    for (int i = 0; i < vocabulary; i++) {
      double expected = draws * weights[i] / total;
      chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    // Six degrees of freedom: 22.46 is exceeded once in a thousand seeds.
    assertThat(chiSquare).isLessThan(22.46);
  }

  @Test
  void greedyFollowsTheLargestLogit() {
    try (OneDnnDecoder decoder = decoder(CONFIG)) {
      decoder.feed(new int[] {4});
      for (int i = 0; i < 40; i++) {
        float[] logits = Decoders.logits(decoder, CONFIG, 0);
        int[] token = new int[1];
        decoder.generate(1, new SamplingConfig(1, 3, 0.5, 0.2, true), token);
        for (float logit : logits) {
          assertThat(logits[token[0]]).isGreaterThanOrEqualTo(logit);
        }
      }
    }
  }

  @Test
  void filtersKeepToTheirSupport() {
    try (OneDnnDecoder decoder = decoder(CONFIG)) {
      decoder.feed(new int[] {4});
      int[] token = new int[1];
      for (int i = 0; i < 300; i++) {
        float[] logits = Decoders.logits(decoder, CONFIG, 0);
        double[] p = softmax(logits);
        decoder.generate(1, filter(i), token);
        double own = p[token[0]];
        double likelier = Arrays.stream(p).filter(q -> q > own).sum();
        long rank = Arrays.stream(p).filter(q -> q > own).count();
        double largest = Arrays.stream(p).max().orElseThrow();
        switch (i % 3) {
          case 0 -> assertThat(rank).isLessThan(3);
          // The likelier tokens alone must not reach the bound already.
          case 1 -> assertThat(likelier).isLessThan(0.6);
          default -> assertThat(own).isGreaterThanOrEqualTo(0.3 * largest);
        }
      }
    }
  }

  private static SamplingConfig filter(int i) {
    return switch (i % 3) {
      case 0 -> new SamplingConfig(1, 3, 1, 0, false);
      case 1 -> new SamplingConfig(1, 0, 0.6, 0, false);
      default -> new SamplingConfig(1, 0, 1, 0.3, false);
    };
  }

  private static double[] softmax(float[] logits) {
    double[] p = new double[logits.length];
    double total = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i]);
      total += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= total;
    }
    return p;
  }

  @Test
  void aDivergedModelIsSaidToHaveDivergedWithAnyNumberOfThreads() {
    for (int threads : new int[] {1, 2, 3}) {
      for (int streams : new int[] {1, 4}) {
        RandomWeights weights = new RandomWeights(CONFIG, 2);
        weights.get("output.bias")[20] = Float.NaN;
        try (OneDnnDecoder decoder =
            Decoders.forced(
                CONFIG,
                new PlainDecoderKernels(),
                WeightFormat.FLOAT32,
                true,
                weights,
                threads,
                true,
                streams)) {
          int[] first = new int[streams];
          decoder.feed(first);
          assertThatThrownBy(
                  () -> decoder.generate(9, SamplingConfig.DEFAULT, new int[9 * streams]))
              .isInstanceOf(ArithmeticException.class)
              .hasMessageContaining("not finite");
          weights.get("output.bias")[20] = 0;
          decoder.refresh();
          for (int i = 0; i < streams; i++) {
            decoder.reset(i, 1);
          }
          decoder.feed(first);
          decoder.generate(9, SamplingConfig.DEFAULT, new int[9 * streams]);
        }
      }
    }
  }

  private static OneDnnDecoder decoder(NetworkConfig config) {
    return new OneDnnDecoder(config, WeightFormat.FLOAT32, new RandomWeights(config, 8), 2, 1);
  }
}

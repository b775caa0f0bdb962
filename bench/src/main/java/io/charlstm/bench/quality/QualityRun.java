package io.charlstm.bench.quality;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.bench.peers.TorchPeer;
import io.charlstm.data.Corpus;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.LaneBatches;
import io.charlstm.data.Split;
import io.charlstm.data.TokenSequence;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One learner for some time: the loss of the validation part (one lane from zero state) after an
 * eighth, a quarter, half of the time and all of it. Only training counts, its warm-up included.
 * Prints seconds, loss and characters learned from, a line each.
 *
 * <p>Arguments: charlstm or libtorch, precision, preset, seconds, threads, corpus.
 */
public final class QualityRun {
  private static final double[] PARTS = {0.125, 0.25, 0.5, 1};

  /** What a learner has come to. */
  record Mark(double seconds, double loss, long characters) {}

  private final Learner learner;
  private final TokenSequence valid;
  private final LaneBatches batches;
  private final LongSupplier nanoTime;

  QualityRun(Learner learner, Split.Parts parts, PeerShape shape, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.learner = learner;
    this.valid = parts.valid();
    this.batches = new LaneBatches(parts.train(), shape.batch(), shape.window());
  }

  /** Trains and prints. */
  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[4]);
    try (Corpus corpus =
        Corpus.open(CorpusSource.parse(List.of(arguments[5])), CorpusOptions.defaults())) {
      PeerShape preset = PeerShape.ofPreset(arguments[2]);
      PeerShape shape =
          new PeerShape(
              preset.hidden(),
              preset.layers(),
              preset.embedding(),
              preset.window(),
              preset.batch(),
              corpus.vocabulary().size());
      try (Learner learner = learner(arguments[0], arguments[1], shape, threads)) {
        new QualityRun(learner, Split.DEFAULT.parts(corpus.tokens()), shape, System::nanoTime)
            .run(
                Double.parseDouble(arguments[3]),
                mark ->
                    System.out.printf(
                        Locale.ROOT,
                        "%.0f %.4f %d%n",
                        mark.seconds(),
                        mark.loss(),
                        mark.characters()));
      }
    }
  }

  private static Learner learner(String library, String precision, PeerShape shape, int threads) {
    if (library.equals("charlstm")) {
      return new CharlstmLearner(shape, precision, threads);
    }
    TorchPeer.tune(threads);
    return new TorchLearner(shape, precision);
  }

  void run(double seconds, Consumer<Mark> marks) {
    try (Arena arena = Arena.ofConfined()) {
      long elements = (long) batches.sequenceLength() * batches.batchSize();
      MemorySegment inputs = arena.allocate(ValueLayout.JAVA_INT, elements);
      MemorySegment targets = arena.allocate(ValueLayout.JAVA_INT, elements);
      double trained = 0;
      int part = 0;
      for (long step = 1; part < PARTS.length; step++) {
        long start = nanoTime.getAsLong();
        long window = (step - 1) % batches.windows();
        if (window == 0) {
          learner.restart();
        }
        batches.fill(window, inputs, targets);
        learner.train(inputs, targets);
        trained += (nanoTime.getAsLong() - start) * 1e-9;
        if (trained >= PARTS[part] * seconds) {
          marks.accept(new Mark(PARTS[part] * seconds, learner.score(valid), step * elements));
          part++;
        }
      }
    }
  }
}

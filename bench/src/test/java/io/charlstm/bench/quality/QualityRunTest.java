package io.charlstm.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.bench.peers.TorchPeer;
import io.charlstm.data.Corpus;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both learners learn a text that repeats itself, and are marked at the times asked for. */
class QualityRunTest {
  private static final PeerShape SHAPE = new PeerShape(24, 2, 6, 9, 4, 7);

  @TempDir private Path folder;
  private Path text;

  @BeforeEach
  void write() throws Exception {
    text = folder.resolve("text.txt");
    Files.writeString(text, "abcdefg".repeat(600));
  }

  @Test
  void oursLearns() {
    try (Learner learner = new CharlstmLearner(SHAPE, "fp32", 2)) {
      learns(learner);
    }
  }

  @Test
  void libtorchLearns() {
    assumeTrue(isThere(), "libtorch does not load");
    try (Learner learner = new TorchLearner(SHAPE, "fp32")) {
      learns(learner);
    }
  }

  private static boolean isThere() {
    try {
      TorchPeer.tokens(new long[] {1}, 1, 1).close();
      return true;
    } catch (LinkageError e) {
      return false;
    }
  }

  private void learns(Learner learner) {
    List<QualityRun.Mark> marks = new ArrayList<>();
    try (Corpus corpus = Corpus.open(new CorpusSource.TextFile(text), CorpusOptions.defaults())) {
      Split.Parts parts = Split.DEFAULT.parts(corpus.tokens());
      double untrained = learner.score(parts.valid());
      // Seven symbols, each equally likely to a network that knows nothing.
      assertThat(untrained).isBetween(0.8 * Math.log(7), 1.2 * Math.log(7));
      // A clock by which a step takes a millisecond.
      AtomicLong millis = new AtomicLong();
      new QualityRun(learner, parts, SHAPE, () -> millis.getAndIncrement() * 1_000_000)
          .run(0.5, marks::add);
      assertThat(marks.stream().map(QualityRun.Mark::characters))
          .containsExactly(63L * 36, 125L * 36, 250L * 36, 500L * 36);
      assertThat(marks.get(3).loss()).isLessThan(0.2 * untrained);
    }
  }
}

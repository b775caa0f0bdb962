package io.charlstm.bench.quality;

import io.charlstm.bench.peers.Autocast;
import io.charlstm.bench.peers.PeerShape;
import io.charlstm.bench.peers.TorchModel;
import io.charlstm.bench.peers.TorchPeer;
import io.charlstm.data.ScoringWindows;
import io.charlstm.data.TokenSequence;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** libtorch, tuned as for the comparison of speeds; bf16 by autocast, scored in float32. */
final class TorchLearner implements Learner {
  private final PeerShape shape;
  private final boolean bf16;
  private final TorchModel model;
  private final TorchModel scorer;
  private final TensorVector parameters;
  private final Adam adam;

  TorchLearner(PeerShape shape, String precision) {
    this.shape = shape;
    bf16 = precision.equals("bf16");
    model = new TorchModel(shape, shape.batch());
    scorer = new TorchModel(shape, 1);
    parameters = model.parameters();
    adam = new Adam(parameters, new AdamOptions(LEARNING_RATE));
  }

  @Override
  public void restart() {
    model.resetState();
  }

  @Override
  public void train(MemorySegment inputs, MemorySegment targets) {
    try (PointerScope _ = new PointerScope()) {
      Tensor from = tensor(inputs, shape.window(), shape.batch());
      Tensor to = tensor(targets, shape.window(), shape.batch()).reshape(-1);
      adam.zero_grad();
      loss(from, to).backward();
      torch.clip_grad_norm_(parameters, CLIP_NORM);
      adam.step();
    }
  }

  private Tensor loss(Tensor inputs, Tensor targets) {
    if (!bf16) {
      return torch.cross_entropy(model.forward(inputs), targets);
    }
    try (Autocast _ = new Autocast()) {
      return torch.cross_entropy(model.forward(inputs), targets);
    }
  }

  @Override
  public double score(TokenSequence text) {
    scorer.copyFrom(model);
    scorer.resetState();
    ScoringWindows windows = ScoringWindows.inLanes(text, 1);
    double nats = 0;
    try (Arena arena = Arena.ofConfined();
        NoGradGuard _ = new NoGradGuard()) {
      MemorySegment inputs = arena.allocate(ValueLayout.JAVA_INT, windows.sequenceLength());
      MemorySegment targets = arena.allocate(ValueLayout.JAVA_INT, windows.sequenceLength());
      for (long i = 0; i < windows.windows(); i++) {
        windows.fill(i, inputs, targets);
        nats += score(inputs, targets, windows.steps(i));
      }
    }
    return nats / windows.transitions();
  }

  private double score(MemorySegment inputs, MemorySegment targets, int steps) {
    try (PointerScope _ = new PointerScope()) {
      Tensor logits = scorer.forward(tensor(inputs, steps, 1));
      Tensor mean = torch.cross_entropy(logits, tensor(targets, steps, 1).reshape(-1));
      return mean.item_double() * steps;
    }
  }

  private static Tensor tensor(MemorySegment tokens, int rows, int columns) {
    long[] ids = new long[rows * columns];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens.getAtIndex(ValueLayout.JAVA_INT, i);
    }
    return TorchPeer.tokens(ids, rows, columns);
  }

  @Override
  public void close() {
    adam.close();
  }
}

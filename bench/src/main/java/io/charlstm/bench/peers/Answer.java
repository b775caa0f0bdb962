package io.charlstm.bench.peers;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * What a library makes of the first window of a benchmark, from given weights and zero state: so
 * that a comparison of speeds is one of equal work.
 */
final class Answer {
  private static final double CLIP_NORM = 5;

  private final float[] logits;
  private final double loss;
  private final double gradientNorm;

  private Answer(float[] logits, double loss, double gradientNorm) {
    this.logits = logits;
    this.loss = loss;
    this.gradientNorm = gradientNorm;
  }

  /** (T*B,V). */
  float[] logits() {
    return logits;
  }

  /** Mean nats. */
  double loss() {
    return loss;
  }

  /** L2 norm of all gradients of the loss, before clipping. */
  double gradientNorm() {
    return gradientNorm;
  }

  /** The weights a benchmark's network starts from, in PyTorch's order. */
  static List<float[]> weights(Backend backend, PeerShape shape) {
    List<float[]> values = new ArrayList<>();
    try (Network network = network(backend, shape)) {
      for (ParameterSpec spec : network.parameters().specs()) {
        values.add(network.parameters().read(spec.name()));
      }
    }
    return values;
  }

  private static Network network(Backend backend, PeerShape shape) {
    Network network = backend.createNetwork(shape.network());
    Initializer.initialize(network, InitializerConfig.DEFAULT, 1);
    return network;
  }

  /** Ours. */
  static Answer ofCharlstm(Backend backend, PeerShape shape) {
    int count = shape.charactersPerStep();
    TrainingPass pass = new TrainingPass(1.0 / count, false, 1, 0);
    try (Arena arena = Arena.ofConfined();
        Network network = network(backend, shape);
        WindowPlan plan = network.createTrainingPlan(shape.window(), shape.batch());
        Updater updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0))) {
      MemorySegment inputs = arena.allocateFrom(ValueLayout.JAVA_INT, shape.randomTokens(1));
      MemorySegment targets = arena.allocateFrom(ValueLayout.JAVA_INT, shape.randomTokens(2));
      plan.forward(inputs, targets, shape.window());
      float[] logits = new float[count * shape.vocabulary()];
      plan.readLogits(logits);
      double loss = plan.readLoss().mean();
      plan.resetState();
      plan.forwardBackward(inputs, targets, shape.window(), pass);
      updater.update(1e-3, CLIP_NORM, 0);
      return new Answer(logits, loss, updater.readGradientNorm());
    }
  }

  /** libtorch's, as {@link TorchPeer} computes it. */
  static Answer ofTorch(PeerShape shape, List<float[]> weights, boolean bf16) {
    TorchPeer.useOneDnn(true);
    try (PointerScope _ = new PointerScope()) {
      TorchModel model = new TorchModel(shape, shape.batch());
      model.load(weights);
      Tensor inputs = TorchPeer.randomTokens(shape, 1);
      Tensor targets = TorchPeer.randomTokens(shape, 2).reshape(-1);
      Tensor logits;
      Tensor loss;
      if (bf16) {
        try (Autocast _ = new Autocast()) {
          logits = model.forward(inputs);
          loss = torch.cross_entropy(logits, targets);
        }
      } else {
        logits = model.forward(inputs);
        loss = torch.cross_entropy(logits, targets);
      }
      loss.backward();
      TensorVector parameters = model.parameters();
      double norm = torch.clip_grad_norm_(parameters, CLIP_NORM);
      float[] values = new float[shape.charactersPerStep() * shape.vocabulary()];
      logits.detach().to(torch.ScalarType.Float).contiguous().data_ptr_float().get(values);
      return new Answer(values, loss.to(torch.ScalarType.Double).item_double(), norm);
    }
  }

  /** Relative L2 difference of the logits. */
  double logitError(Answer expected) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < logits.length; i++) {
      double delta = logits[i] - expected.logits[i];
      difference += delta * delta;
      size += (double) expected.logits[i] * expected.logits[i];
    }
    return Math.sqrt(difference / size);
  }
}

package io.charlstm.bench.quality;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.trainer.Evaluator;
import java.lang.foreign.MemorySegment;

/** This engine on the CPU. */
final class CharlstmLearner implements Learner {
  private final Backend backend;
  private final Network network;
  private final WindowPlan plan;
  private final Updater updater;
  private final int window;
  private final TrainingPass pass;

  CharlstmLearner(PeerShape shape, String precision, int threads) {
    backend = Backends.create(new BackendOptions("cpu", threads, precision, "auto", true));
    backend.prepareTraining();
    network = backend.createNetwork(shape.network());
    Initializer.initialize(network, InitializerConfig.DEFAULT, 1);
    window = shape.window();
    plan = network.createTrainingPlan(window, shape.batch());
    updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0));
    pass = new TrainingPass(1.0 / shape.charactersPerStep(), false, 1, 0);
  }

  @Override
  public void restart() {
    plan.resetState();
  }

  @Override
  public void train(MemorySegment inputs, MemorySegment targets) {
    plan.forwardBackward(inputs, targets, window, pass);
    updater.update(LEARNING_RATE, CLIP_NORM, 0);
  }

  @Override
  public double score(TokenSequence text) {
    return Evaluator.score(network, text, 1).mean();
  }

  @Override
  public void close() {
    updater.close();
    plan.close();
    network.close();
    backend.close();
  }
}

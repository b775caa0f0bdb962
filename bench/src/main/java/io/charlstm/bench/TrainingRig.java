package io.charlstm.bench;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Everything that full training steps of one shape need: a network, a plan for windows (T,B), Adam
 * with clipping by the norm, and tokens drawn at random.
 */
public final class TrainingRig implements AutoCloseable {
  private static final double LEARNING_RATE = 1e-3;
  private static final double CLIP_NORM = 5;

  private final Arena arena = Arena.ofConfined();
  private final Network network;
  private final WindowPlan plan;
  private final Updater updater;
  private final MemorySegment inputs;
  private final MemorySegment targets;
  private final int window;
  private final TrainingPass pass;

  /** The backend stays the caller's. */
  public TrainingRig(Backend backend, PeerShape shape) {
    window = shape.window();
    pass = new TrainingPass(1.0 / ((double) window * shape.batch()), false, 1, 0);
    network = backend.createNetwork(shape.network());
    Initializer.initialize(network, InitializerConfig.DEFAULT, 1);
    plan = network.createTrainingPlan(window, shape.batch());
    updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0));
    inputs = tokens(shape, 1);
    targets = tokens(shape, 2);
  }

  private MemorySegment tokens(PeerShape shape, long seed) {
    return arena.allocateFrom(ValueLayout.JAVA_INT, shape.randomTokens(seed));
  }

  /** Forward, loss, backward, clip and Adam. */
  public void step() {
    forwardBackward();
    update();
  }

  /** Forward and loss. */
  public void forward() {
    plan.forward(inputs, targets, window);
  }

  /** Forward, loss and gradients. */
  public void forwardBackward() {
    plan.forwardBackward(inputs, targets, window, pass);
  }

  /** Clip and Adam. */
  public void update() {
    updater.update(LEARNING_RATE, CLIP_NORM, 0);
  }

  @Override
  public void close() {
    updater.close();
    plan.close();
    network.close();
    arena.close();
  }
}

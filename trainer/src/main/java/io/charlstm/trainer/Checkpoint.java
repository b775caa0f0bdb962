package io.charlstm.trainer;

import io.charlstm.runtime.Network;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.runtime.safetensors.SafetensorsWriter;
import io.charlstm.sampler.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Everything a run needs to go on, in one safetensors file: the weights under PyTorch's names,
 * {@code optimizer.<moment>.<parameter>} of the same shapes, and {@code state.h}, {@code state.c}
 * (L,B,H), the carried state of the lanes. Where weights are averaged those under PyTorch's names
 * are the average, and {@code training.<parameter>} are those that training goes on from. The
 * metadata holds the model's description and the entries of {@link CheckpointInfo}.
 */
final class Checkpoint {
  private final Network network;
  private final Updater updater;
  private final WindowPlan plan;

  Checkpoint(Network network, Updater updater, WindowPlan plan) {
    this.network = network;
    this.updater = updater;
    this.plan = plan;
  }

  /** Whether the weights are averaged. */
  boolean averages() {
    return updater.shadowConfig() instanceof ShadowConfig.Average;
  }

  /** The weights that the run is judged by: their average if there is one. */
  ParameterBlock weights() {
    return averages() ? updater.shadow() : network.parameters();
  }

  /** The network's weights are those of a new run, with which an average begins. */
  void start() {
    if (averages()) {
      for (ParameterSpec spec : network.parameters().specs()) {
        updater.shadow().write(spec.name(), network.parameters().read(spec.name()));
      }
    }
  }

  /** Whether every weight and every moment is a number. */
  boolean isFinite() {
    return isFinite(network.parameters())
        && isFinite(weights())
        && updater.momentNames().stream().allMatch(name -> isFinite(updater.moment(name)));
  }

  private static boolean isFinite(ParameterBlock block) {
    for (ParameterSpec spec : block.specs()) {
      for (float value : block.read(spec.name())) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Adds what is kept besides {@link #weights} to a writer that has these.
   *
   * @param info what the checkpoint says about itself
   */
  void addTo(SafetensorsWriter writer, CheckpointInfo info) {
    writer
        .metadata(CheckpointInfo.STATE, info.state().toJson())
        .metadata(CheckpointInfo.UPDATES, Long.toString(info.updates()))
        .metadata(CheckpointInfo.CORPUS, info.corpusSha256())
        .metadata(CheckpointInfo.BACKEND, info.backend())
        .metadata(CheckpointInfo.THREADS, Integer.toString(info.threads()))
        .metadata(CheckpointInfo.PRECISION, info.precision());
    if (averages()) {
      ParameterBlock trained = network.parameters();
      for (ParameterSpec spec : trained.specs()) {
        writer.floats(trainedTensor(spec), spec.shape(), () -> trained.read(spec.name()));
      }
    }
    for (String name : updater.momentNames()) {
      ParameterBlock moment = updater.moment(name);
      for (ParameterSpec spec : moment.specs()) {
        writer.floats(momentTensor(name, spec), spec.shape(), () -> moment.read(spec.name()));
      }
    }
    float[] h = newState();
    float[] c = newState();
    plan.readState(h, c);
    writer.floats("state.h", stateShape(), h).floats("state.c", stateShape(), c);
  }

  /**
   * Sets weights, moments and state from a file.
   *
   * @throws ModelFileException when a tensor is missing or of another shape
   */
  void restore(Path file, long updates) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      ModelFiles.readWeights(open, network);
      if (averages()) {
        start();
        for (ParameterSpec spec : network.parameters().specs()) {
          network.parameters().write(spec.name(), read(open, trainedTensor(spec), spec.shape()));
        }
      }
      for (String name : updater.momentNames()) {
        ParameterBlock moment = updater.moment(name);
        for (ParameterSpec spec : moment.specs()) {
          String tensor = momentTensor(name, spec);
          moment.write(spec.name(), read(open, tensor, spec.shape()));
        }
      }
      plan.writeState(read(open, "state.h", stateShape()), read(open, "state.c", stateShape()));
    }
    updater.setStep(updates);
  }

  private static float[] read(SafetensorsFile open, String tensor, List<Integer> shape) {
    var info = open.tensors().get(tensor);
    List<Long> expected = shape.stream().map(Integer::longValue).toList();
    if (info == null || !info.shape().equals(expected)) {
      throw new ModelFileException(
          open.file(),
          String.format(
              Locale.ROOT,
              "tensor %s should have the shape %s and has %s",
              tensor,
              expected,
              info == null ? "none" : info.shape()));
    }
    return open.readFloats(tensor);
  }

  private static String trainedTensor(ParameterSpec spec) {
    return "training." + spec.name();
  }

  private static String momentTensor(String moment, ParameterSpec spec) {
    return "optimizer." + moment + "." + spec.name();
  }

  private List<Integer> stateShape() {
    return List.of(network.config().numLayers(), plan.batchSize(), network.config().hiddenSize());
  }

  private float[] newState() {
    long size = stateShape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    return new float[Math.toIntExact(size)];
  }
}

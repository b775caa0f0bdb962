package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.bindings.cuda.RnnAlgorithm;
import io.charlstm.bindings.library.LibraryCache;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ownership.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which of cuDNN's algorithms a plan uses: the one asked for, or the one that a short trial finds
 * fastest, which is remembered for the GPU, the version of cuDNN and the shape. Where another one
 * than the standard one does not work here, the standard one takes its place, and the backend's
 * description says why. For the device thread.
 */
final class RnnChoice {
  private final CudnnNetwork network;
  private final CudnnBackend backend;
  private final LstmStack standard;
  private final RnnMemory memory;

  RnnChoice(CudnnNetwork network, LstmStack standard) {
    this(network, standard, LibraryCache.folder().resolve("rnn-algorithms"));
  }

  RnnChoice(CudnnNetwork network, LstmStack standard, Path folder) {
    this.network = network;
    this.backend = network.backend();
    this.standard = standard;
    this.memory = new RnnMemory(folder);
  }

  /**
   * The stack for plans of a shape; one that is not the network's own is handed to {@code owner}.
   */
  LstmStack choose(WindowShape shape, Resources owner) {
    String asked = backend.options().rnnAlgorithm();
    if (asked.equals("standard") || (asked.equals("auto") && !shape.training())) {
      return standard;
    }
    RnnAlgorithm algorithm = asked.equals("auto") ? fastest(shape) : RnnAlgorithms.of(asked);
    LstmStack stack = standard;
    if (algorithm != RnnAlgorithm.STANDARD) {
      try {
        stack = owner.own(open(algorithm, shape));
      } catch (NativeException | IllegalStateException e) {
        backend.describeLstm(
            "standard (" + RnnAlgorithms.label(algorithm) + ": " + e.getMessage() + ")");
        return standard;
      }
    }
    backend.describeLstm(RnnAlgorithms.label(algorithm));
    return stack;
  }

  private LstmStack open(RnnAlgorithm algorithm, WindowShape shape) {
    LstmStack stack = new LstmStack(backend.cudnn(), shape.config(), shape.precision(), algorithm);
    try {
      if (!stack.hasLayoutOf(standard)) {
        throw new IllegalStateException("it lays out the weights in another way");
      }
      stack.prepare(shape.batchSize());
      // Some algorithms are refused for a shape only when asked for its memory.
      new LstmWindows(backend, stack, shape, shape.sequenceLength()).close();
      return stack;
    } catch (RuntimeException | Error e) {
      stack.close();
      throw e;
    }
  }

  private RnnAlgorithm fastest(WindowShape shape) {
    String key = key(shape);
    Optional<RnnAlgorithm> known = memory.find(key);
    if (known.isPresent()) {
      return known.get();
    }
    RnnAlgorithm best = RnnAlgorithm.STANDARD;
    List<RnnAlgorithm> candidates = RnnAlgorithms.candidates(shape, backend.cudaDevice());
    double bestMillis = Double.POSITIVE_INFINITY;
    for (int i = 0; i < candidates.size() && candidates.size() > 1; i++) {
      double millis = millis(candidates.get(i), shape);
      if (millis < bestMillis) {
        bestMillis = millis;
        best = candidates.get(i);
      }
    }
    memory.keep(key, best);
    return best;
  }

  /** Time of a window's passes; infinite where the algorithm does not work. */
  private double millis(RnnAlgorithm algorithm, WindowShape shape) {
    if (algorithm == RnnAlgorithm.STANDARD) {
      return RnnTrial.millis(network, standard, shape);
    }
    try (LstmStack stack = open(algorithm, shape)) {
      return RnnTrial.millis(network, stack, shape);
    } catch (NativeException | IllegalStateException _) {
      return Double.POSITIVE_INFINITY;
    }
  }

  private String key(WindowShape shape) {
    NetworkConfig config = shape.config();
    String key =
        String.format(
            Locale.ROOT,
            "%s-cudnn%d-%s-t%d-b%d-e%d-h%d-l%d-%s-%s",
            backend.cudaDevice().name(),
            CudaStack.get().cudnnVersionNumber(),
            shape.precision().label(),
            shape.sequenceLength(),
            shape.batchSize(),
            config.inputSize(0),
            config.hiddenSize(),
            config.numLayers(),
            shape.parts() == 1 ? "fused" : "split",
            backend.options().graph() ? "graph" : "eager");
    return key.replaceAll("[^A-Za-z0-9.-]", "_");
  }
}

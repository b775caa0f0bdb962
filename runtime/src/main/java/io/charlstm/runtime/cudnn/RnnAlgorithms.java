package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.RnnAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** cuDNN's algorithms: their names, and which are worth a trial. */
final class RnnAlgorithms {
  // Limits of the persistent algorithms as PyTorch found them (aten/src/ATen/native/cudnn/RNN.cpp):
  // beyond these they fail, or are slower than the standard one.
  private static final int SMALL_HIDDEN = 128;
  private static final int STATIC_HIDDEN = 1024;
  private static final int STATIC_UNIT = 128;
  private static final int STATIC_BATCH = 128;
  private static final int STATIC_BATCH_UNIT = 8;
  private static final int STATIC_MULTIPROCESSORS = 98;
  private static final int STATIC_EXCLUDED = 86;

  /** With more lanes the dynamic one, which compiles kernels at each start, is the slowest. */
  private static final int DYNAMIC_BATCH = 16;

  private RnnAlgorithms() {}

  /** The algorithm of an option's name, {@code persist-static} for example. */
  static RnnAlgorithm of(String label) {
    return RnnAlgorithm.valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  static String label(RnnAlgorithm algorithm) {
    return algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Those to measure for a shape; the standard one is the first. */
  static List<RnnAlgorithm> candidates(WindowShape shape, CudaDevice device) {
    List<RnnAlgorithm> all = new ArrayList<>(List.of(RnnAlgorithm.STANDARD));
    if (shape.hidden() <= SMALL_HIDDEN) {
      all.add(RnnAlgorithm.PERSIST_STATIC_SMALL_H);
    }
    if (fitsStatic(shape, device)) {
      all.add(RnnAlgorithm.PERSIST_STATIC);
    }
    if (shape.batchSize() <= DYNAMIC_BATCH) {
      all.add(RnnAlgorithm.PERSIST_DYNAMIC);
    }
    return all;
  }

  private static boolean fitsStatic(WindowShape shape, CudaDevice device) {
    int input = shape.config().inputSize(0);
    int hidden = shape.hidden();
    return shape.precision().isHalf()
        && shape.parts() == shape.layers()
        && hidden <= STATIC_HIDDEN
        && hidden % STATIC_UNIT == 0
        && input % STATIC_UNIT == 0
        && shape.batchSize() <= STATIC_BATCH
        && shape.batchSize() % STATIC_BATCH_UNIT == 0
        && device.multiprocessors() >= STATIC_MULTIPROCESSORS
        && device.computeCapability() != STATIC_EXCLUDED;
  }
}

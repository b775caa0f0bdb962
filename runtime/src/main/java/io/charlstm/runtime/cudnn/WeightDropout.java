package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.cudnn.CudnnWeightLayout.Piece;
import java.util.List;

/**
 * Recurrent weights of which each training window drops others: a copy of the weight spaces that it
 * reads, and the same mask on the copy's gradient, which stays apart from that of other windows
 * until then.
 */
final class WeightDropout {
  private final CudnnNetwork network;
  private final CudaStream stream;
  private final long weights;
  private final long gradients;
  private final long bytes;
  private final KernelLaunch[] masks;
  private final KernelLaunch[] gradientMasks;

  WeightDropout(CudnnNetwork network, WindowShape shape, DroppedWeights copies, Launches launches) {
    this.network = network;
    this.stream = network.backend().stream();
    boolean half = shape.precision().isHalf();
    weights = copies.weights().address();
    gradients = half ? network.weightGradientSpace(0) : copies.gradients().address();
    bytes = copies.weights().bytes();
    masks = new KernelLaunch[shape.layers()];
    gradientMasks = new KernelLaunch[shape.layers()];
    String kernel = Launches.typed("charlstm_drop_weights", shape.precision());
    String onGradient = Launches.typed("charlstm_drop_weight_gradient", shape.precision());
    long parameters = network.parameterBlock() + 4 * network.layout().weightSpace(0);
    for (int layer = 0; layer < masks.length; layer++) {
      masks[layer] = mask(launches, shape, kernel, layer, parameters, weights);
      gradientMasks[layer] = mask(launches, shape, onGradient, layer, gradients, gradients);
    }
  }

  private KernelLaunch mask(
      Launches launches, WindowShape shape, String kernel, int layer, long from, long to) {
    CudnnWeightLayout layout = network.layout();
    List<Piece> gates = layout.placement("lstm.weight_hh_l" + layer).pieces();
    long first = layout.weightSpace(0);
    double probability = shape.config().weightDropout();
    return launches.loop(
        kernel,
        4L * shape.hidden() * shape.hidden(),
        network.stateAddress(),
        from,
        to,
        gates.get(0).offset() - first,
        gates.get(1).offset() - first,
        gates.get(2).offset() - first,
        gates.get(3).offset() - first,
        shape.hidden(),
        DropoutMask.weightSite(layer),
        DropoutMask.keepThreshold(probability),
        (float) (1 / (1 - probability)));
  }

  /** Address of the weight spaces that a training window reads. */
  long weights() {
    return weights;
  }

  /** Address of their gradients, in the type of the activations. */
  long gradients() {
    return gradients;
  }

  /** Queues the drawing of the weights of the window that the state tells of. */
  void draw() {
    stream.copyOnDevice(weights, network.weightSpace(0), bytes);
    for (KernelLaunch mask : masks) {
      mask.run();
    }
  }

  /** Queues the same masks on the gradients. */
  void maskGradients() {
    for (KernelLaunch mask : gradientMasks) {
      mask.run();
    }
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.bindings.cuda.RnnAlgorithm;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import io.charlstm.runtime.ownership.Resources;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** Buffers and prepared calls for windows of one shape, and of fewer steps when asked for. */
final class CudnnPlan implements WindowPlan {
  private final Resources resources = new Resources();
  private final CudnnNetwork network;
  private final CudnnBackend backend;
  private final CudaStream stream;
  private final WindowShape shape;
  private final LstmStack stack;
  private final DeviceBuffers device;
  private final PlanBuffers buffers;
  private final BackwardScratch scratch;
  private final DroppedWeights droppedWeights;
  private final Workspaces workspaces;
  private final Block lossBlock;
  private final PinnedMemory lossCopy;
  private final TokenUpload tokens;
  private final KernelLaunch setDropout;
  private final Map<Integer, WindowPasses> passes = new HashMap<>();
  private final WindowPasses longest;
  private int scoredSteps;
  private boolean closed;

  /** On the device thread. */
  CudnnPlan(CudnnNetwork network, WindowShape shape) {
    this.network = network;
    this.backend = network.backend();
    this.stream = backend.stream();
    this.shape = shape;
    shape.requireIndexable();
    try {
      device = resources.own(new DeviceBuffers(shape.describe()));
      buffers = new PlanBuffers(shape, device);
      scratch = new BackwardScratch(shape, device);
      droppedWeights = DroppedWeights.of(shape, network.layout(), device);
      lossBlock = device.add("sum of losses", StepState.LOSS_SUM_BYTES, 1);
      // Before descriptors are created for a plan that is too large anyway.
      device.requireFits(backend.cudaDevice());
      stack = network.stackFor(shape, resources);
      longest = create(shape.sequenceLength());
      workspaces = Workspaces.of(longest, shape.parts(), device);
      device.allocate(backend.cudaDevice());
      bind(longest, workspaces);
      tokens = resources.own(new TokenUpload(shape, stream));
      lossCopy =
          resources.own(PinnedMemory.allocate(StepState.LOSS_SUM_BYTES, "the sum of losses"));
      setDropout =
          new Launches(backend, resources)
              .single("charlstm_set_dropout", network.stateAddress(), 0L, 0L);
      stream.fill(lossBlock.address(), 0, lossBlock.bytes());
      zeroState();
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private WindowPasses create(int steps) {
    return resources.own(new WindowPasses(backend, stack, buffers, shape, steps));
  }

  private void bind(WindowPasses made, Workspaces memory) {
    made.bind(network, memory, scratch, droppedWeights);
  }

  /** Passes for windows of {@code steps} steps, made when first asked for. */
  private WindowPasses passes(int steps) {
    return steps == shape.sequenceLength()
        ? longest
        : passes.computeIfAbsent(steps, this::createShorter);
  }

  // cuDNN may want another algorithm's memory for fewer steps, though rarely more of it.
  private WindowPasses createShorter(int steps) {
    WindowPasses made = create(steps);
    Workspaces memory = workspaces;
    if (!workspaces.suffice(made)) {
      DeviceBuffers more = resources.own(new DeviceBuffers("a window of " + steps + " steps"));
      memory = Workspaces.of(made, shape.parts(), more);
      more.allocate(backend.cudaDevice());
    }
    bind(made, memory);
    return made;
  }

  CudnnNetwork network() {
    return network;
  }

  WindowShape shape() {
    return shape;
  }

  PlanBuffers buffers() {
    return buffers;
  }

  /** How cuDNN computes the LSTM. */
  RnnAlgorithm algorithm() {
    return stack.algorithm();
  }

  /**
   * Queues a whole window whose tokens are on the device already; for the device thread.
   *
   * @param loss address of the sum that its losses are added to
   */
  void queueWindow(float gradientScale, boolean accumulate, long loss) {
    longest.train(gradientScale, accumulate, loss);
  }

  /** A window was trained on, of which no logits are left. */
  void forgetScores() {
    scoredSteps = 0;
  }

  @Override
  public int sequenceLength() {
    return shape.sequenceLength();
  }

  @Override
  public int batchSize() {
    return shape.batchSize();
  }

  @Override
  public long memoryBytes() {
    return device.bytes();
  }

  @Override
  public void resetState() {
    requireOpen();
    backend.thread().run(this::zeroState);
  }

  private void zeroState() {
    stream.fill(buffers.hx(), 0, buffers.stateBytes());
    stream.fill(buffers.cx(), 0, buffers.stateBytes());
  }

  @Override
  public void readState(float[] h, float[] c) {
    requireOpen();
    int count = requireState(h, c);
    backend
        .thread()
        .run(
            () -> {
              HostTransfer transfer = backend.transfer();
              transfer.readActivations(buffers.hx(), shape.precision(), h, count);
              transfer.readActivations(buffers.cx(), shape.precision(), c, count);
            });
  }

  @Override
  public void writeState(float[] h, float[] c) {
    requireOpen();
    int count = requireState(h, c);
    backend
        .thread()
        .run(
            () -> {
              HostTransfer transfer = backend.transfer();
              transfer.writeActivations(buffers.hx(), shape.precision(), h, count);
              transfer.writeActivations(buffers.cx(), shape.precision(), c, count);
            });
  }

  private int requireState(float[] h, float[] c) {
    long needed = shape.stateElements();
    if (h.length < needed || c.length < needed) {
      throw new IllegalArgumentException(
          "h and c need " + needed + " elements, got " + h.length + " and " + c.length);
    }
    return (int) needed;
  }

  @Override
  public void forward(MemorySegment inputs, MemorySegment targets, int steps) {
    requireOpen();
    tokens.take(inputs, targets, steps);
    backend
        .thread()
        .run(
            () -> {
              tokens.queue(steps, buffers);
              network.refreshWorkingWeights();
              passes(steps).score(lossBlock.address());
            });
    scoredSteps = steps;
  }

  @Override
  public void forwardBackward(
      MemorySegment inputs, MemorySegment targets, int steps, TrainingPass pass) {
    requireOpen();
    if (!shape.training()) {
      throw new IllegalStateException("this plan can only evaluate");
    }
    tokens.take(inputs, targets, steps);
    backend
        .thread()
        .run(
            () -> {
              tokens.queue(steps, buffers);
              train(steps, pass);
            });
  }

  private void train(int steps, TrainingPass pass) {
    scoredSteps = 0;
    network.refreshWorkingWeights();
    setDropout.setLong(1, pass.dropoutSeed());
    setDropout.setLong(2, pass.dropoutStep());
    setDropout.run();
    float scale = (float) pass.gradientScale();
    passes(steps).train(scale, pass.accumulate(), lossBlock.address());
    network.state().gradientsComputed();
  }

  @Override
  public LossSum readLoss() {
    requireOpen();
    return backend
        .thread()
        .call(
            () -> {
              stream.copyToHost(lossCopy.segment(), lossBlock.address(), lossBlock.bytes());
              stream.fill(lossBlock.address(), 0, lossBlock.bytes());
              stream.synchronize();
              return StepState.lossSum(lossCopy.segment(), 0);
            });
  }

  @Override
  public void readLogits(float[] destination) {
    requireScored();
    int rows = scoredSteps * shape.batchSize();
    int vocabulary = shape.vocabulary();
    int stride = OutputProjection.stride(vocabulary);
    backend
        .thread()
        .run(
            () ->
                backend
                    .transfer()
                    .readRows(buffers.logits(), rows, vocabulary, stride, destination));
  }

  @Override
  public void readTokenLosses(float[] destination) {
    requireScored();
    int count = scoredSteps * shape.batchSize();
    backend
        .thread()
        .run(() -> backend.transfer().read(buffers.tokenLosses(), destination, 0, count));
  }

  private void requireScored() {
    requireOpen();
    if (scoredSteps == 0) {
      throw new IllegalStateException("nothing to read: the last window was not a forward one");
    }
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this plan is closed");
    }
    network.requireOpen();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      backend.thread().run(() -> backend.closeWhenIdle(resources));
    }
  }
}

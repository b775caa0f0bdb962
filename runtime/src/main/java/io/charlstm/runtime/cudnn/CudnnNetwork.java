package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.RnnAlgorithm;
import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.CorpusTrainingConfig;
import io.charlstm.runtime.LaneTokens;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import io.charlstm.runtime.cudnn.decode.CudnnDecoder;
import io.charlstm.runtime.cudnn.decode.DecoderContext;
import io.charlstm.runtime.ownership.Resources;
import java.util.Optional;

/**
 * Parameters and gradients of a network on the device. With 16-bit activations there is a 16-bit
 * copy of the parameters beside them, at the same element offsets, and a 16-bit block that cuDNN
 * adds the LSTM's gradients to.
 */
public final class CudnnNetwork implements Network {
  private final Resources resources = new Resources();
  private final CudnnBackend backend;
  private final Precision precision;
  private final LstmStack stack;
  private final CudnnWeightLayout layout;
  private final Block parameterBlock;
  private final Block gradientBlock;
  private final Block halfBlock;
  private final Block halfGradientBlock;
  private final TrainingState state;
  private final KernelLaunch narrowing;
  private final ParameterBlock parameters;
  private final ParameterBlock gradients;
  private boolean halfStale = true;
  private boolean closed;

  /** On the device thread. */
  CudnnNetwork(CudnnBackend backend, NetworkConfig config) {
    this.backend = backend;
    this.precision = backend.arithmetic();
    try {
      stack =
          resources.own(new LstmStack(backend.cudnn(), config, precision, RnnAlgorithm.STANDARD));
      layout = new CudnnWeightLayout(config, stack);
      DeviceBuffers buffers = resources.own(new DeviceBuffers("the network"));
      boolean half = precision.isHalf();
      parameterBlock = buffers.add("parameters", layout.elements(), 4);
      gradientBlock = buffers.add("gradients", layout.elements(), 4);
      halfBlock = buffers.add("16-bit parameters", half ? layout.elements() : 0, 2);
      halfGradientBlock = buffers.add("16-bit gradients", half ? layout.lstmElements() : 0, 2);
      Block stateBlock = buffers.add("step state", StepState.BYTES, 1);
      buffers.allocate(backend.cudaDevice());
      zero(parameterBlock, gradientBlock, halfBlock, halfGradientBlock);
      state = resources.own(new TrainingState(backend, stateBlock));
      narrowing = half ? narrowing() : null;
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
    parameters = block(parameterBlock.address(), this::parametersChanged);
    gradients =
        precision == Precision.FP16
            ? new ScaledGradients(this, state)
            : block(gradientBlock.address(), () -> {});
  }

  private void zero(Block... blocks) {
    for (Block block : blocks) {
      if (block.bytes() > 0) {
        backend.stream().fill(block.address(), 0, block.bytes());
      }
    }
  }

  private KernelLaunch narrowing() {
    return new Launches(backend, resources)
        .loop(
            precision == Precision.FP16 ? "charlstm_to_f16" : "charlstm_to_bf16",
            Math.ceilDiv(layout.elements(), 4L),
            parameterBlock.address(),
            halfBlock.address(),
            layout.elements(),
            1f);
  }

  /** A view of a block in this network's layout, which lives as long as the network. */
  ParameterBlock block(long address, Runnable afterWrite) {
    return new CudnnParameterBlock(backend, layout, address, this::requireOpen, afterWrite);
  }

  public CudnnBackend backend() {
    return backend;
  }

  public CudnnWeightLayout layout() {
    return layout;
  }

  /** Address of the float32 parameters. */
  public long parameterBlock() {
    return parameterBlock.address();
  }

  /** Address of the float32 gradients; in fp16 they have the loss scale in them. */
  long gradientBlock() {
    return gradientBlock.address();
  }

  /** Address of the 16-bit copy of the parameters; 0 if there is none. */
  long halfBlock() {
    return halfBlock.address();
  }

  /** Address of the state that all training of this network shares. */
  long stateAddress() {
    return state.address();
  }

  TrainingState state() {
    return state;
  }

  /** Address of parameter {@code element} in the type of the activations. */
  long working(long element) {
    return precision.isHalf()
        ? halfBlock.address() + 2 * element
        : parameterBlock.address() + 4 * element;
  }

  /** Address of a part's weight space. */
  long weightSpace(int part) {
    return working(layout.weightSpace(part));
  }

  /** Address of the gradient of a part's weight space, in the type of the activations. */
  long weightGradientSpace(int part) {
    long element = layout.weightSpace(part);
    return precision.isHalf()
        ? halfGradientBlock.address() + 2 * (element - layout.weightSpace(0))
        : gradientBlock.address() + 4 * element;
  }

  /** Queues the conversion to 16 bits of parameters that were written since the last one. */
  void refreshWorkingWeights() {
    if (narrowing != null && halfStale) {
      narrowing.run();
    }
    halfStale = false;
  }

  /** The float32 parameters were written, so the 16-bit copy is out of date. */
  void parametersChanged() {
    halfStale = true;
  }

  LstmStack stack() {
    return stack;
  }

  /** The LSTM's descriptors for plans of a shape; a new stack is handed to {@code owner}. */
  LstmStack stackFor(WindowShape shape, Resources owner) {
    return new RnnChoice(this, stack).choose(shape, owner);
  }

  @Override
  public NetworkConfig config() {
    return layout.config();
  }

  @Override
  public ParameterBlock parameters() {
    return parameters;
  }

  @Override
  public ParameterBlock gradients() {
    return gradients;
  }

  @Override
  public WindowPlan createEvaluationPlan(int sequenceLength, int batchSize) {
    return createPlan(sequenceLength, batchSize, false);
  }

  @Override
  public WindowPlan createTrainingPlan(int sequenceLength, int batchSize) {
    return createPlan(sequenceLength, batchSize, true);
  }

  private CudnnPlan createPlan(int sequenceLength, int batchSize, boolean training) {
    requireOpen();
    WindowShape shape = new WindowShape(config(), precision, sequenceLength, batchSize, training);
    return backend.thread().call(() -> new CudnnPlan(this, shape));
  }

  @Override
  public Updater createUpdater(OptimizerConfig config, ShadowConfig shadow) {
    requireOpen();
    return backend.thread().call(() -> new CudnnUpdater(this, config, shadow));
  }

  @Override
  public StepDecoder createDecoder(int streams) {
    requireOpen();
    DecoderContext context =
        new DecoderContext(
            backend.thread(),
            backend.cudaDevice(),
            backend.kernels()::kernel,
            layout,
            parameterBlock.address(),
            backend.stream(),
            backend.blas(),
            precision.mayUseTensorCores(backend.cudaDevice()),
            backend.options().graph());
    return new CudnnDecoder(context, streams);
  }

  @Override
  public Optional<CorpusTraining> createCorpusTraining(
      WindowPlan plan, Updater updater, LaneTokens tokens, CorpusTrainingConfig config) {
    long free = backend.thread().call(() -> backend.cudaDevice().freeMemory());
    long budget = Math.min(LaneChunks.LARGEST_RESIDENT, free / 4);
    return Optional.of(createCorpusTraining(plan, updater, tokens, config, budget));
  }

  /** The same with a bound on the bytes of device memory for the text. */
  CudnnTraining createCorpusTraining(
      WindowPlan plan,
      Updater updater,
      LaneTokens tokens,
      CorpusTrainingConfig config,
      long budget) {
    requireOpen();
    if (!(plan instanceof CudnnPlan ownPlan)
        || !(updater instanceof CudnnUpdater ownUpdater)
        || ownPlan.network() != this) {
      throw new IllegalArgumentException("plan and updater must be made by this network");
    }
    return backend
        .thread()
        .call(() -> new CudnnTraining(ownPlan, ownUpdater, tokens, config, budget));
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this network is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      backend.thread().run(() -> backend.closeWhenIdle(resources));
    }
  }
}

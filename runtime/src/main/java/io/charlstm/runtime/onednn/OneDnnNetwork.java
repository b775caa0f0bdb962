package io.charlstm.runtime.onednn;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.onednn.decode.OneDnnDecoder;

/** Parameters and gradients of a network in native memory. */
final class OneDnnNetwork implements Network {
  private final OneDnnBackend backend;
  private final OneDnnWeightLayout layout;
  private final NativeMemory memory;
  private final ParameterAddresses parameterAddresses;
  private final ParameterAddresses gradientAddresses;
  private final ParameterBlock parameters;
  private final ParameterBlock gradients;
  private final long parameterBlock;
  private final long gradientBlock;
  private long version;
  private boolean closed;

  OneDnnNetwork(OneDnnBackend backend, NetworkConfig config) {
    this.backend = backend;
    this.layout = new OneDnnWeightLayout(config);
    this.memory = MemoryBudget.allocate("the network", slabBytes(layout.bytes()));
    Carver carver = new Carver(memory.address());
    this.parameterBlock = carver.bytes(layout.bytes());
    this.gradientBlock = carver.bytes(layout.bytes());
    this.parameterAddresses = new ParameterAddresses(layout, parameterBlock);
    this.gradientAddresses = new ParameterAddresses(layout, gradientBlock);
    this.parameters =
        new OneDnnParameterBlock(
            layout, parameterBlock, this::requireOpen, this::parametersChanged);
    this.gradients = new OneDnnParameterBlock(layout, gradientBlock, this::requireOpen, () -> {});
  }

  private static long slabBytes(long block) {
    try {
      Carver carver = new Carver(0);
      carver.bytes(block);
      carver.bytes(block);
      return carver.carved();
    } catch (ArithmeticException e) {
      throw MemoryBudget.tooLarge("the network", e);
    }
  }

  OneDnnWeightLayout layout() {
    return layout;
  }

  long parameterBlock() {
    return parameterBlock;
  }

  long gradientBlock() {
    return gradientBlock;
  }

  /** Changes whenever a parameter may have changed. */
  long version() {
    return version;
  }

  void parametersChanged() {
    version++;
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
    backend.requireTrainable();
    return createPlan(sequenceLength, batchSize, true);
  }

  private OneDnnPlan createPlan(int sequenceLength, int batchSize, boolean training) {
    requireOpen();
    boolean rounds = training && backend.cpuPrecision() == CpuPrecision.BF16;
    Storage storage = rounds ? Storage.BF16 : Storage.FP32;
    boolean batches = backend.batchesInputs(config().hiddenSize());
    SplitModel model =
        new SplitModel(config(), sequenceLength, batchSize, training, storage, batches);
    PlanSplit split = backend.split(model);
    PlanShape shape =
        PlanShape.of(config(), sequenceLength, batchSize, split, training, storage, batches);
    PlanContext context =
        new PlanContext(
            shape,
            new Steps(shape),
            parameterAddresses,
            gradientAddresses,
            backend.kernels(),
            backend.engine(),
            backend.streams(),
            backend.workers());
    // oneDNN chooses block sizes by the thread count it sees on creating a primitive.
    int before = backend.oneOmpThread().enter();
    try {
      return new OneDnnPlan(this, context);
    } finally {
      backend.oneOmpThread().leave(before);
    }
  }

  @Override
  public Updater createUpdater(OptimizerConfig config, ShadowConfig shadow) {
    requireOpen();
    return new OneDnnUpdater(this, config, shadow, backend.kernels(), backend.workers());
  }

  @Override
  public StepDecoder createDecoder(int streams) {
    requireOpen();
    return new OneDnnDecoder(
        config(), backend.weightFormat(), parameters::read, backend.threads(), streams);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this network is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    memory.close();
  }
}

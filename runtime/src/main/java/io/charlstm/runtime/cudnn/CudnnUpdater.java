package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import io.charlstm.runtime.ownership.Resources;
import java.util.List;

/**
 * An optimizer on the device. The gradients themselves are left as they are. How many updates were
 * applied, and the norm, is known on the device; the host asks when it wants to know.
 */
final class CudnnUpdater implements Updater {
  private static final int MOST_MOMENTS = 2;

  private final Resources resources = new Resources();
  private final CudnnNetwork network;
  private final CudnnBackend backend;
  private final OptimizerConfig config;
  private final OptimizerKernels rule;
  private final Block[] moments;
  private final ShadowConfig shadowConfig;
  private final Block shadow;
  private final KernelLaunch exchange;
  private final KernelLaunch setUpdate;
  private final UpdateLaunches launches;
  private long keptUpdates;
  private double keptNorm;
  private boolean closed;

  /** On the device thread. */
  CudnnUpdater(CudnnNetwork network, OptimizerConfig config, ShadowConfig shadowConfig) {
    this.network = network;
    this.backend = network.backend();
    this.config = config;
    this.shadowConfig = shadowConfig;
    this.rule = OptimizerKernels.of(config);
    this.moments = new Block[rule.momentNames().size()];
    try {
      DeviceBuffers device = resources.own(new DeviceBuffers("the optimizer"));
      for (int i = 0; i < moments.length; i++) {
        moments[i] = device.add(rule.momentNames().get(i), network.layout().elements(), 4);
      }
      long elements = network.layout().elements();
      shadow = device.add("other weights", keepsShadow() ? elements : 0, 4);
      Launches made = new Launches(backend, resources);
      Block partials = device.add("sums of squares", UpdateLaunches.partials(network, made), 8);
      device.allocate(backend.cudaDevice());
      for (Block moment : moments) {
        backend.stream().fill(moment.address(), 0, moment.bytes());
      }
      exchange = keepsShadow() ? exchange(made, elements) : null;
      setUpdate = made.single("charlstm_set_update", network.stateAddress(), 0.0, 0.0, 0.0);
      ShadowLaunch blend = new ShadowLaunch(network, made, shadowConfig, shadow.address());
      launches = new UpdateLaunches(network, made, rule, addresses(), partials.address(), blend);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private KernelLaunch exchange(Launches made, long elements) {
    backend.stream().fill(shadow.address(), 0, shadow.bytes());
    return made.loop(
        "charlstm_exchange",
        Math.ceilDiv(elements, 4L),
        network.parameterBlock(),
        shadow.address(),
        elements);
  }

  private boolean keepsShadow() {
    return !(shadowConfig instanceof ShadowConfig.None);
  }

  private long[] addresses() {
    long[] addresses = new long[MOST_MOMENTS];
    for (int i = 0; i < moments.length; i++) {
      addresses[i] = moments[i].address();
    }
    return addresses;
  }

  @Override
  public OptimizerConfig config() {
    return config;
  }

  @Override
  public void update(double learningRate, double clipNorm, double clipValue) {
    requireOpen();
    backend
        .thread()
        .run(
            () -> {
              network.state().use(this);
              setUpdate.setDouble(1, learningRate);
              setUpdate.setDouble(2, clipNorm);
              setUpdate.setDouble(3, clipValue);
              setUpdate.run();
              network.refreshWorkingWeights();
              launches.run();
              network.state().updated();
            });
  }

  /** Queues the update of a step over a text; arguments as in {@link UpdateLaunches}. */
  void queueOverText(long rates, int rateCount) {
    launches.runOverText(rates, rateCount);
  }

  CudnnNetwork network() {
    return network;
  }

  /** Another updater takes over the state. */
  void keep(StepState state) {
    keptUpdates = state.updates();
    keptNorm = state.norm();
  }

  /** Updates applied by the time the state was last taken over. */
  long keptUpdates() {
    return keptUpdates;
  }

  @Override
  public double readGradientNorm() {
    requireOpen();
    refresh();
    return keptNorm;
  }

  @Override
  public long step() {
    requireOpen();
    refresh();
    return keptUpdates;
  }

  private void refresh() {
    backend
        .thread()
        .run(
            () -> {
              if (network.state().isOf(this)) {
                keep(network.state().read());
              }
            });
  }

  @Override
  public void setStep(long step) {
    requireOpen();
    backend
        .thread()
        .run(
            () -> {
              keptUpdates = step;
              if (network.state().isOf(this)) {
                network.state().setUpdates(step);
              }
            });
  }

  @Override
  public List<String> momentNames() {
    return rule.momentNames();
  }

  @Override
  public ParameterBlock moment(String name) {
    int index = momentNames().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "no moment named " + name + ", this optimizer has " + momentNames());
    }
    return new CudnnParameterBlock(
        backend, network.layout(), moments[index].address(), this::requireOpen, () -> {});
  }

  @Override
  public ShadowConfig shadowConfig() {
    return shadowConfig;
  }

  @Override
  public ParameterBlock shadow() {
    requireShadow();
    return new CudnnParameterBlock(
        backend, network.layout(), shadow.address(), this::requireOpen, () -> {});
  }

  @Override
  public void exchangeShadow() {
    requireOpen();
    requireShadow();
    backend
        .thread()
        .run(
            () -> {
              exchange.run();
              network.parametersChanged();
            });
  }

  private void requireShadow() {
    if (!keepsShadow()) {
      throw new IllegalStateException("this updater keeps no other weights");
    }
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this updater is closed");
    }
    network.requireOpen();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      backend
          .thread()
          .run(
              () -> {
                network.state().forget(this);
                backend.closeWhenIdle(resources);
              });
    }
  }
}

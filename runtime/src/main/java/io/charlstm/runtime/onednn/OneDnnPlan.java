package io.charlstm.runtime.onednn;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.onednn.PhaseClock.Phase;
import io.charlstm.runtime.ownership.Resources;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;

/** Buffers and prepared calls for windows of one shape. */
final class OneDnnPlan implements WindowPlan {
  /** No version of the parameters: what was prepared last is of no further use. */
  private static final long NEVER = -1;

  private final OneDnnNetwork network;
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources resources = new Resources();
  private final StepProducts products;
  private final WindowProducts windowProducts;
  private final NativeMemory memory;
  private final DerivedWeights derived;
  private final ShardBuffers[] shards;

  /** By worker, the slices of a shard together; workers beyond have no part in a window's steps. */
  private final ShardSlice[] slices;

  private final SpinBarrier[] groups;
  private final DropoutSites dropout;
  private final Activations activations;
  private final ForwardPass forward;
  private final HeadPass head;
  private final BackwardPass backward;
  private final GradientPass gradients;
  private final TokenWindow tokens;
  private final CarriedState state;
  private final Workers.Job evaluation = this::evaluate;
  private final Workers.Job training = this::train;

  private long preparedVersion = NEVER;
  private boolean stale;

  /** Whether the last window left numbers that are not finite. */
  private boolean diverged;

  private int steps;
  private int scoredSteps;
  private TrainingPass pass;
  private double nats;
  private long scored;
  private boolean closed;

  OneDnnPlan(OneDnnNetwork network, PlanContext context) {
    this.network = network;
    this.context = context;
    this.shape = context.shape();
    try {
      requireFits();
      groups = groups();
      dropout = new DropoutSites(shape, context.kernels());
      products =
          resources.own(
              shape.plainProducts() ? new SgemmProducts(context) : new PackedProducts(context));
      boolean rounds = shape.storage() == Storage.BF16;
      windowProducts =
          resources.own(
              rounds ? new Bf16WindowProducts(context) : new SgemmWindowProducts(context));
      Buffers measured = new Buffers(new Carver(0));
      memory = resources.own(MemoryBudget.allocate(describe(shape), measured.bytes()));
      Buffers buffers = new Buffers(new Carver(memory.address()));
      derived = buffers.derived;
      shards = buffers.shards;
      slices = buffers.slices;
      products.bind(slices, buffers.weights);
      windowProducts.bind(shards, slices, derived.stacked);
    } catch (ArithmeticException e) {
      resources.abandon(e);
      throw MemoryBudget.tooLarge(describe(shape), e);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
    activations =
        shape.storage() == Storage.BF16
            ? new Bf16Activations(context, dropout)
            : new FloatActivations(context, dropout);
    forward = new ForwardPass(context, products, derived, activations);
    head = new HeadPass(context, windowProducts, activations);
    backward = new BackwardPass(context, products, dropout, activations);
    gradients = new GradientPass(context, derived, windowProducts, shards, slices);
    tokens = new TokenWindow(shape, shards);
    state = new CarriedState(shape, context.steps(), shards);
  }

  // Before primitives are created for a plan that is too large anyway.
  private void requireFits() {
    Carver carver = new Carver(0);
    for (int i = 0; i < shape.shards(); i++) {
      ShardBuffers shard = new ShardBuffers(shape, i, carver);
      for (int j = 0; j < shape.slices(); j++) {
        var _ = new ShardSlice(shape, shard, j, 0, context.workers(), null, carver);
      }
    }
    MemoryBudget.require(describe(shape), carver.carved());
  }

  /** Where the slices of each shard meet; none for a slice that is alone. */
  private SpinBarrier[] groups() {
    SpinBarrier[] created = new SpinBarrier[shape.shards()];
    if (shape.slices() > 1) {
      Arrays.setAll(created, _ -> context.workers().group(shape.slices()));
    }
    return created;
  }

  private static String describe(PlanShape shape) {
    return String.format(
        Locale.ROOT, "a plan for %d steps of %d lanes", shape.sequenceLength(), shape.batchSize());
  }

  /** Everything that lies in the plan's slab. */
  private final class Buffers {
    final DerivedWeights derived;
    final SliceWeights weights;
    final ShardBuffers[] shards;
    final ShardSlice[] slices;
    private final Carver carver;

    Buffers(Carver carver) {
      this.carver = carver;
      derived = new DerivedWeights(context, dropout, carver);
      weights = new SliceWeights(context, derived, carver);
      products.reserve(carver);
      windowProducts.reserve(carver);
      shards = new ShardBuffers[shape.shards()];
      slices = new ShardSlice[shape.workers()];
      for (int i = 0; i < shards.length; i++) {
        shards[i] = new ShardBuffers(shape, i, carver);
        for (int j = 0; j < shape.slices(); j++) {
          slices[i * shape.slices() + j] = slice(shards[i], j);
        }
      }
    }

    private ShardSlice slice(ShardBuffers shard, int index) {
      return new ShardSlice(
          shape,
          shard,
          index,
          products.scratchBytes(),
          context.workers(),
          groups[shard.index],
          carver);
    }

    long bytes() {
      return carver.carved();
    }
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
    return memory.byteSize();
  }

  /** For people: how the products of this plan are computed. */
  String description() {
    return products.description();
  }

  @Override
  public void resetState() {
    requireOpen();
    state.reset();
  }

  @Override
  public void readState(float[] h, float[] c) {
    requireOpen();
    state.read(h, c);
  }

  @Override
  public void writeState(float[] h, float[] c) {
    requireOpen();
    state.write(h, c);
  }

  @Override
  public void forward(MemorySegment inputs, MemorySegment targets, int count) {
    dropout.stop();
    begin(inputs, targets, count);
    context.workers().run(evaluation);
    scoredSteps = count;
    end(count);
  }

  @Override
  public void forwardBackward(
      MemorySegment inputs, MemorySegment targets, int count, TrainingPass trainingPass) {
    if (!shape.training()) {
      throw new IllegalStateException("this plan can only evaluate");
    }
    dropout.start(trainingPass);
    begin(inputs, targets, count);
    pass = trainingPass;
    scoredSteps = 0;
    context.workers().run(training);
    end(count);
  }

  private void begin(MemorySegment inputs, MemorySegment targets, int count) {
    requireOpen();
    tokens.load(inputs, targets, count);
    steps = count;
    stale = dropout.dropsWeights() || preparedVersion != network.version();
    if (stale) {
      preparedVersion = NEVER;
    }
    // A job that failed may have left some of a group waiting.
    for (SpinBarrier group : groups) {
      if (group != null) {
        group.reset();
      }
    }
  }

  private void end(int count) {
    preparedVersion = dropout.dropsWeights() ? NEVER : network.version();
    state.endedAt(count);
    double sum = 0;
    for (ShardSlice slice : slices) {
      sum += slice.loss;
    }
    diverged = !Double.isFinite(sum);
    nats += sum;
    scored += tokens.scored();
  }

  private void prepare(int worker) {
    if (stale) {
      derived.prepare(worker);
      if (shape.dropsWeights()) {
        // Products rearrange whole copies of weights, of which each worker wrote some rows.
        context.workers().barrier();
      }
      products.prepare(worker);
      windowProducts.prepare(worker);
      context.workers().barrier();
    }
    context.workers().ended(worker, Phase.PACK);
  }

  private void start(ShardSlice slice) {
    state.moveToStart(slice);
    slice.meet();
    int used = diverged ? 0 : steps;
    if (used < shape.sequenceLength()) {
      activations.clear(slice, used);
      slice.meet();
    }
  }

  private void evaluate(int worker) {
    prepare(worker);
    if (worker < slices.length) {
      ShardSlice slice = slices[worker];
      start(slice);
      forward.run(slice, steps);
      context.workers().ended(worker, Phase.FORWARD);
      head.evaluate(slice, steps);
      context.workers().ended(worker, Phase.HEAD);
    }
  }

  private void train(int worker) {
    prepare(worker);
    if (worker < slices.length) {
      ShardSlice slice = slices[worker];
      start(slice);
      forward.run(slice, steps);
      context.workers().ended(worker, Phase.FORWARD);
      head.train(slice, steps, (float) pass.gradientScale());
      context.workers().ended(worker, Phase.HEAD);
      backward.run(slice, steps);
      context.workers().ended(worker, Phase.BACKWARD);
    }
    context.workers().barrier();
    gradients.run(worker, steps, pass.accumulate());
    context.workers().ended(worker, Phase.GRADIENTS);
  }

  @Override
  public LossSum readLoss() {
    LossSum sum = new LossSum(nats, scored);
    nats = 0;
    scored = 0;
    return sum;
  }

  @Override
  public void readLogits(float[] destination) {
    requireScored();
    int vocabulary = shape.vocabulary();
    for (ShardBuffers shard : shards) {
      int real = shape.realRows(shard.index);
      for (int t = 0; t < scoredSteps; t++) {
        int lane = t * shape.batchSize() + shape.firstLane(shard.index);
        long source = shard.logits + 4L * t * shape.rows() * vocabulary;
        Floats.read(source, destination, lane * vocabulary, real * vocabulary);
      }
    }
  }

  @Override
  public void readTokenLosses(float[] destination) {
    requireScored();
    for (ShardBuffers shard : shards) {
      int real = shape.realRows(shard.index);
      for (int t = 0; t < scoredSteps; t++) {
        int lane = t * shape.batchSize() + shape.firstLane(shard.index);
        Floats.read(shard.tokenLosses + 4L * t * shape.rows(), destination, lane, real);
      }
    }
  }

  private void requireScored() {
    requireOpen();
    if (scoredSteps == 0) {
      throw new IllegalStateException("nothing to read: the last window was not a forward one");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this plan is closed");
    }
    network.requireOpen();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      resources.close();
    }
  }
}

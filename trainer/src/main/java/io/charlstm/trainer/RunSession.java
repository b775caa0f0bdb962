package io.charlstm.trainer;

import io.charlstm.data.CorpusBatches.Part;
import io.charlstm.data.TokenBatches;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.sampler.ModelFiles;
import io.charlstm.sampler.ModelSpec;
import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One start of a run, from its first event to its last. Owns what evaluations need. */
final class RunSession implements AutoCloseable {
  private final RunFolder folder;
  private final TrainingData data;
  private final Backend backend;
  private final Network network;
  private final TrainingListener listener;
  private final CheckpointStore store;
  private final Optional<Evaluator> evaluator;
  private final Optional<Evaluator> probe;
  private final RunParts parts;

  /**
   * Prepares a start.
   *
   * @param network with weights as yet to be set
   * @param resumed the checkpoint to go on from
   */
  RunSession(
      RunFolder folder,
      TrainingData data,
      Backend backend,
      Network network,
      StepRunner steps,
      Optional<CheckpointInfo> resumed,
      TrainingListener listener) {
    this.folder = folder;
    this.data = data;
    this.backend = backend;
    this.network = network;
    this.listener = listener;
    RunConfig config = folder.config();
    store = new CheckpointStore(folder.checkpoints());
    ModelSpec spec = new ModelSpec(network.config(), data.vocabulary(), config.values(), 0);
    CheckpointWriter.Identity identity = new CheckpointWriter.Identity(data.corpus(), backend);
    SampleWriter samples = new SampleWriter(network, spec, config, data.firstToken());
    CheckpointWriter checkpoints =
        new CheckpointWriter(store, spec, steps, identity, resumed, listener);
    TrainingState state = resumed.map(CheckpointInfo::state).orElseGet(TrainingState::new);
    Optional<TokenBatches> probed = data.probe();
    // Last, as these are what has to be closed.
    evaluator = data.validation().map(part -> new Evaluator(network, part));
    probe = probe(probed);
    parts = new RunParts(config, data, state, steps, evaluator, probe, samples, checkpoints);
  }

  private Optional<Evaluator> probe(Optional<TokenBatches> probed) {
    try {
      return probed.map(window -> new Evaluator(network, window));
    } catch (RuntimeException | Error e) {
      Closing.after(e, evaluator.orElse(null));
      throw e;
    }
  }

  /** Trains, scores and tells the end. */
  End run(StopSignal stop) {
    listener.on(startEvent());
    TrainingLoop loop = new TrainingLoop(parts, stop, listener);
    EndReason reason = loop.run();
    End end = endEvent(reason, loop.charsPerSec(), stop);
    listener.on(end);
    return end;
  }

  private Start startEvent() {
    StepRunner steps = parts.steps();
    return new Start(
        folder.path(),
        parts.state().step,
        backend.device(),
        backend.description(),
        backend.precision(),
        backend.threads(),
        data.corpus().description(),
        data.vocabulary().size(),
        data.size(Part.TRAIN),
        data.size(Part.VALID),
        data.size(Part.TEST),
        network.config().parameterCount(),
        steps.memoryBytes() + evaluator.map(Evaluator::memoryBytes).orElse(0L),
        data.batches().windows(),
        parts.config());
  }

  private End endEvent(EndReason reason, double charsPerSec, StopSignal stop) {
    TrainingState state = parts.state();
    Optional<TokenBatches> valid = data.validationInOrder();
    boolean finished = reason != EndReason.INTERRUPTED;
    Path checkpoint = valid.isPresent() && Files.exists(store.best()) ? store.best() : store.last();
    long checkpointStep = checkpoint.equals(store.best()) ? state.bestStep : state.step;
    double loss = Double.NaN;
    if (finished && valid.isPresent()) {
      // The network's weights are the last step's, and not their average.
      if (checkpointStep != state.step || parts.steps().averages()) {
        ModelFiles.readWeights(checkpoint, network);
      }
      loss = inOrder(valid.get(), stop);
    }
    return new End(
        reason,
        state.step,
        parts.steps().epochs(state.step),
        state.trainLoss(),
        loss,
        charsPerSec,
        state.seconds,
        checkpoint,
        checkpointStep);
  }

  private double inOrder(TokenBatches valid, StopSignal stop) {
    try (Evaluator scoring = new Evaluator(network, valid)) {
      return scoring.score(stop).map(LossSum::mean).orElse(Double.NaN);
    }
  }

  @Override
  public void close() {
    Closing.all(probe.orElse(null), evaluator.orElse(null));
  }
}

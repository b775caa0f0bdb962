package io.charlstm.trainer;

import io.charlstm.data.Corpus;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.safetensors.SafetensorsWriter;
import io.charlstm.sampler.ModelFiles;
import io.charlstm.sampler.ModelSpec;
import io.charlstm.trainer.TrainingEvent.Saved;
import java.nio.file.Path;
import java.util.Optional;

/** Saves the checkpoints of a run. */
final class CheckpointWriter {
  private final CheckpointStore store;
  private final ModelSpec spec;
  private final StepRunner steps;
  private final Identity identity;
  private final TrainingListener listener;
  private long lastSaved;
  private long lastEvaluated;

  /**
   * What a resumed run compares: the corpus, whose digest is computed with the first checkpoint and
   * not before the first step, and the backend.
   */
  record Identity(Corpus corpus, Backend backend) {}

  /**
   * Prepares saving.
   *
   * @param spec description of the model; its step is replaced by the run's
   * @param resumedFrom the checkpoint that the run goes on from
   */
  CheckpointWriter(
      CheckpointStore store,
      ModelSpec spec,
      StepRunner steps,
      Identity identity,
      Optional<CheckpointInfo> resumedFrom,
      TrainingListener listener) {
    this.store = store;
    this.spec = spec;
    this.steps = steps;
    this.identity = identity;
    lastSaved = resumedFrom.map(CheckpointInfo::step).orElse(-1L);
    lastEvaluated = resumedFrom.map(info -> info.state().evaluatedStep).orElse(-1L);
    this.listener = listener;
  }

  /** Step of the newest checkpoint; -1 when there is none. */
  long lastSaved() {
    return lastSaved;
  }

  /** Whether the newest checkpoint is of this very state. */
  boolean holds(TrainingState state) {
    return lastSaved == state.step && lastEvaluated == state.evaluatedStep;
  }

  void save(TrainingState state, boolean best) {
    ModelSpec now = new ModelSpec(spec.network(), spec.vocabulary(), spec.config(), state.step);
    Path file = store.save(state.step, best, target -> writer(now, state, target).write(target));
    lastSaved = state.step;
    lastEvaluated = state.evaluatedStep;
    listener.on(new Saved(state.step, file, best));
  }

  /** Keeps the newest checkpoint as that of an epoch, from 1. */
  void keepEpoch(TrainingState state, long epoch) {
    listener.on(new Saved(state.step, store.keepEpoch(state.step, epoch), false));
  }

  private SafetensorsWriter writer(ModelSpec now, TrainingState state, Path target) {
    SafetensorsWriter writer = ModelFiles.weightsWriter(steps.checkpoint().weights(), now);
    CheckpointInfo info =
        new CheckpointInfo(
            target,
            state,
            steps.updates(),
            identity.corpus().sha256(),
            identity.backend().name(),
            identity.backend().threads(),
            identity.backend().precision());
    steps.checkpoint().addTo(writer, info);
    return writer;
  }
}

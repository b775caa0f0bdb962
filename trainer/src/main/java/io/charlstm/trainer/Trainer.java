package io.charlstm.trainer;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.sampler.ModelFiles;
import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Warning;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Trains a run from its beginning, or goes on with it: with the same seed, backend and number of
 * threads a run that was stopped at any step and resumed gives the same bytes of weights as one
 * that was not, unless a limit in seconds bends its course. (The reference backend computes in
 * double precision, which checkpoints round to single; it goes on within that rounding.)
 */
public final class Trainer {
  /** Opens the backend that a configuration asks for. */
  @FunctionalInterface
  public interface BackendFactory {
    Backend create(BackendOptions options);
  }

  private final TrainingRequest request;
  private final TrainingListener listener;
  private final BackendFactory backends;

  private Trainer(TrainingRequest request, TrainingListener listener, BackendFactory backends) {
    this.request = request;
    this.listener = listener;
    this.backends = backends;
  }

  /**
   * Trains until a limit is reached or a stop is asked for.
   *
   * @return the last event, which the listener was given too
   * @throws ConfigException for values that cannot be used
   * @throws io.charlstm.data.CorpusException for a corpus that cannot be used
   * @throws RunFolderException for a run folder that cannot be used
   * @throws io.charlstm.runtime.safetensors.ModelFileException for a model file that cannot be used
   * @throws io.charlstm.runtime.BackendUnavailableException when the device cannot be served
   * @throws NonFiniteLossException when training came to NaN or infinity
   */
  public static End train(TrainingRequest request, TrainingListener listener) {
    return train(request, listener, Backends::create);
  }

  /** As {@link #train(TrainingRequest, TrainingListener)} on a backend of the caller's making. */
  public static End train(
      TrainingRequest request, TrainingListener listener, BackendFactory backends) {
    Trainer trainer = new Trainer(request, listener, backends);
    return request.resume() ? trainer.resume() : trainer.start();
  }

  private End start() {
    RunFolder.requireFree(request.runFolder());
    InitialModel initial = InitialModel.of(request.initFrom());
    RunConfig config = initial.adopt(request.config(), listener);
    // The backend first: a device that is missing is known at once, a corpus takes time to read.
    try (Backend backend = trainingBackend(config);
        TrainingData data = open(config, request.corpus(), initial.vocabulary());
        RunFolder folder =
            RunFolder.create(request.runFolder(), config, request.corpus(), request.initFrom())) {
      return run(folder, data, backend, initial, Optional.empty());
    }
  }

  private End resume() {
    try (RunFolder folder = RunFolder.open(request.runFolder(), request.overrides())) {
      RunConfig config = folder.config();
      CheckpointStore store = new CheckpointStore(folder.checkpoints());
      Optional<CheckpointInfo> newest =
          store.newest(problem -> listener.on(new Warning(problem + "; an older one is used")));
      // Before its first checkpoint a run begins anew.
      InitialModel initial =
          InitialModel.of(newest.isPresent() ? Optional.empty() : folder.initFrom());
      Optional<Vocabulary> known =
          newest.map(info -> ModelFiles.readSpec(info.file()).vocabulary()).or(initial::vocabulary);
      List<String> corpus = request.corpus().isEmpty() ? folder.corpus() : request.corpus();
      try (Backend backend = trainingBackend(config);
          TrainingData data = open(config, corpus, known)) {
        newest.ifPresent(info -> compare(info, data, backend, store));
        return run(folder, data, backend, initial, newest);
      }
    }
  }

  /** A backend that can train as the configuration asks; whether it can is known at once. */
  private Backend trainingBackend(RunConfig config) {
    Backend backend = backends.create(config.backend());
    try {
      backend.prepareTraining();
      return backend;
    } catch (RuntimeException e) {
      Closing.after(e, backend);
      throw e;
    }
  }

  private static TrainingData open(
      RunConfig config, List<String> corpus, Optional<Vocabulary> known) {
    TrainingData data = TrainingData.open(config, corpus, known);
    try {
      NetworkConfig network = config.network(data.vocabulary().size());
      MemoryEstimate.requireFits(network, config.seqLength(), config.batchSize());
      return data;
    } catch (RuntimeException e) {
      Closing.after(e, data);
      throw e;
    }
  }

  private void compare(
      CheckpointInfo info, TrainingData data, Backend backend, CheckpointStore store) {
    if (!info.corpusSha256().equals(data.corpus().sha256())) {
      throw new RunFolderException(
          String.format(
              Locale.ROOT,
              "the corpus (%s) is not the one that %s was trained on; name that one, or start a new run with --init-from",
              data.corpus().description(),
              request.runFolder()));
    }
    if (!info.isOf(backend)) {
      listener.on(
          new Warning(
              String.format(
                  Locale.ROOT,
                  "the run computed with %s on %d threads in %s and goes on with %s on %d in %s: results will differ in rounding",
                  info.backend(),
                  info.threads(),
                  info.precision(),
                  backend.name(),
                  backend.threads(),
                  backend.precision())));
    }
    if (!store.repairBest(info)) {
      info.state().forgetBest();
      listener.on(
          new Warning("the best checkpoint is damaged; the next evaluation counts as best"));
    }
  }

  private End run(
      RunFolder folder,
      TrainingData data,
      Backend backend,
      InitialModel initial,
      Optional<CheckpointInfo> resumed) {
    RunConfig config = folder.config();
    NetworkConfig shape = config.network(data.vocabulary().size());
    try (Network network = backend.createNetwork(shape);
        StepRunner steps = new StepRunner(network, data.batches(), config);
        RunRecorder recorder = new RunRecorder(folder, resumed, listener);
        RunSession session =
            new RunSession(folder, data, backend, network, steps, resumed, recorder)) {
      if (resumed.isPresent()) {
        steps.checkpoint().restore(resumed.get().file(), resumed.get().updates());
      } else {
        initial.initialize(network, config);
        steps.checkpoint().start();
      }
      return session.run(request.stop());
    }
  }
}

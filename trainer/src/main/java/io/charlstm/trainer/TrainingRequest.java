package io.charlstm.trainer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to train.
 *
 * @param config the configuration of a new run; ignored when {@code resume} is set
 * @param corpus files, folders or dataset names, as on the command line; when empty, a resumed run
 *     uses its own
 * @param runFolder where the run's files go
 * @param resume whether to go on with the run that is in the folder
 * @param overrides keys that a resumed run is given anew, such as its limits
 * @param initFrom model file or run whose weights a new run starts from
 * @param stop asks the run to save and return
 */
public record TrainingRequest(
    RunConfig config,
    List<String> corpus,
    Path runFolder,
    boolean resume,
    Map<String, String> overrides,
    Optional<Path> initFrom,
    StopSignal stop) {

  public TrainingRequest {
    corpus = List.copyOf(corpus);
    overrides = Map.copyOf(overrides);
  }

  /** A new run. */
  public static TrainingRequest fresh(RunConfig config, List<String> corpus, Path runFolder) {
    return new TrainingRequest(
        config, corpus, runFolder, false, Map.of(), Optional.empty(), new StopSignal());
  }

  /** Goes on with a run; {@code overrides} may only name keys that a run may change. */
  public static TrainingRequest resume(Path runFolder, Map<String, String> overrides) {
    return new TrainingRequest(
        RunConfig.defaults(),
        List.of(),
        runFolder,
        true,
        overrides,
        Optional.empty(),
        new StopSignal());
  }

  public TrainingRequest withInitFrom(Path model) {
    return new TrainingRequest(
        config, corpus, runFolder, resume, overrides, Optional.of(model), stop);
  }

  public TrainingRequest withStop(StopSignal signal) {
    return new TrainingRequest(config, corpus, runFolder, resume, overrides, initFrom, signal);
  }

  public TrainingRequest withCorpus(List<String> sources) {
    return new TrainingRequest(config, sources, runFolder, resume, overrides, initFrom, stop);
  }
}

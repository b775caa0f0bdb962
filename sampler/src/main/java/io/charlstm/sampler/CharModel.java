package io.charlstm.sampler;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A trained model on a backend, ready to write text or to score it. Owns its network; the backend
 * stays the caller's and is closed after the model.
 *
 * <p>Threads: any number of {@link TextGenerator}s may be made from one model, each with a state of
 * its own, and each may be used by a thread of its own at the same time. Making them and closing
 * them is safe from any thread. The model is closed when no generator is open any more.
 */
public final class CharModel implements AutoCloseable {
  private final Network network;
  private final ModelSpec spec;

  private CharModel(Network network, ModelSpec spec) {
    this.network = network;
    this.spec = spec;
  }

  /**
   * Loads a model, with a warning to the system logger for each damaged checkpoint that is passed
   * over.
   *
   * @param runOrFile a model file, or a run folder, of which the best checkpoint is taken whose
   *     weights are undamaged; what only a resumed training needs is not looked at
   * @throws io.charlstm.runtime.safetensors.ModelFileException when there is none, or it is damaged
   */
  public static CharModel load(Path runOrFile, Backend backend) {
    return load(runOrFile, backend, ModelFiles::warn);
  }

  /**
   * As {@link #load(Path, Backend)}.
   *
   * @param warnings gets one line for each damaged checkpoint that is passed over
   */
  public static CharModel load(Path runOrFile, Backend backend, Consumer<String> warnings) {
    return RunCheckpoints.read(runOrFile, file -> loadFile(file, backend), warnings);
  }

  private static CharModel loadFile(Path file, Backend backend) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      ModelSpec spec = ModelFiles.readSpec(opened);
      Network network = backend.createNetwork(spec.network());
      try {
        ModelFiles.readWeights(opened, network);
      } catch (Throwable e) {
        network.close();
        throw e;
      }
      return new CharModel(network, spec);
    }
  }

  /**
   * A model of weights that are in memory already, for example while they are trained.
   *
   * @param network taken over: closing the model closes it
   */
  public static CharModel of(Network network, ModelSpec spec) {
    if (!network.config().equals(spec.network())) {
      throw new IllegalArgumentException(
          "the network is " + network.config() + ", the specification's " + spec.network());
    }
    return new CharModel(network, spec);
  }

  public Network network() {
    return network;
  }

  public Vocabulary vocabulary() {
    return spec.vocabulary();
  }

  public ModelSpec spec() {
    return spec;
  }

  // The network itself belongs to one thread at a time; its decoders don't share anything.
  synchronized StepDecoder createDecoder(int streams) {
    return network.createDecoder(streams);
  }

  synchronized void close(StepDecoder decoder) {
    decoder.close();
  }

  @Override
  public synchronized void close() {
    network.close();
  }
}

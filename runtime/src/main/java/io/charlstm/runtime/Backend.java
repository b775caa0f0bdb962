package io.charlstm.runtime;

/**
 * One way of computing: a library on a device. Closing a backend requires that its networks are
 * closed. A backend may be shared by threads; what it creates belongs to one thread at a time.
 */
public interface Backend extends AutoCloseable {

  /** Short name: {@code onednn}, {@code cudnn} or {@code reference}. */
  String name();

  /** The device it computes on, as the command line names it: {@code cpu}, {@code cuda}. */
  String device();

  /** One line for people: library, version, threads, instruction set. */
  String description();

  /** Arithmetic of training: {@code fp32}, {@code fp64}, ... */
  String precision();

  /**
   * Says that a network is going to be trained: gets ready for it, at no cost to the caller.
   *
   * @throws BackendUnavailableException if nothing can be trained in this precision here, with the
   *     reason
   */
  default void prepareTraining() {}

  /** Whether its decoders read weights rounded to {@link #precision}. */
  default boolean roundsWhenSampling() {
    return false;
  }

  /** Number of host threads that compute. */
  int threads();

  /** Creates a network with all parameters zero. The caller closes it. */
  Network createNetwork(NetworkConfig config);

  @Override
  void close();
}

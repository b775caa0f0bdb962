package io.charlstm.runtime.reference;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.NetworkConfig;

/**
 * Plain loops in double precision on one thread. Implements everything, as close to the formulas as
 * possible; meant for checking other backends and for tests, not for speed.
 */
public final class ReferenceBackend implements Backend {

  /** A backend that holds nothing. */
  public ReferenceBackend() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String device() {
    return "cpu";
  }

  @Override
  public String description() {
    return "reference (plain Java, double precision, 1 thread)";
  }

  @Override
  public String precision() {
    return "fp64";
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public ReferenceNetwork createNetwork(NetworkConfig config) {
    return new ReferenceNetwork(config);
  }

  @Override
  public void close() {}
}

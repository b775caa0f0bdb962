package io.charlstm.bench.peers;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.trainer.ThroughputBench;
import io.charlstm.trainer.Workload;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * This engine as a peer: what {@code charlstm bench} measures, by {@link ThroughputBench}.
 *
 * <p>Arguments: {@code train} or {@code sample}, threads, streams, precision.
 */
public final class CharlstmPeer implements PeerLoop.Engine {
  private final Backend backend;
  private final boolean training;
  private final int streams;
  private Workload workload;

  CharlstmPeer(Backend backend, boolean training, int streams) {
    this.backend = backend;
    this.training = training;
    this.streams = streams;
  }

  /** Serves until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    int threads = Integer.parseInt(arguments[1]);
    BackendOptions options = new BackendOptions("cpu", threads, arguments[3], "auto", true);
    try (Backend backend = Backends.create(options)) {
      CharlstmPeer peer =
          new CharlstmPeer(backend, arguments[0].equals("train"), Integer.parseInt(arguments[2]));
      PeerLoop.serve(peer);
      peer.unload();
    }
  }

  @Override
  public LongSupplier load(int[] shape) {
    unload();
    PeerShape loaded = PeerShape.of(shape);
    ThroughputBench bench =
        new ThroughputBench(backend, loaded.configuration(), loaded.vocabulary());
    workload = training ? bench.training() : bench.sampling(streams);
    return workload::run;
  }

  void unload() {
    if (workload != null) {
      workload.close();
      workload = null;
    }
  }
}

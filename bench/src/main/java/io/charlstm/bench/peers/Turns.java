package io.charlstm.bench.peers;

import io.charlstm.bench.peers.Heat.Contestant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes that are measured window by window, one after the other, so that all of them see the
 * same machine. Watches that those who wait leave the processors alone.
 */
final class Turns implements AutoCloseable {
  private final List<PeerProcess> processes = new ArrayList<>();

  /**
   * One window.
   *
   * @param othersShare part of one processor that the waiting processes used together
   */
  record Window(Contestant contestant, int round, double charsPerSec, double othersShare) {}

  /** Starts a process for each that can be started here. */
  static Turns start(List<Contestant> contestants, String mode, int streams, int threads) {
    Turns turns = new Turns();
    try {
      for (Contestant contestant : contestants) {
        if (contestant.library().isThere()) {
          turns.processes.add(PeerProcess.start(contestant, mode, streams, threads));
        }
      }
      return turns;
    } catch (RuntimeException | Error e) {
      turns.close();
      throw e;
    }
  }

  /** Loads a shape into all of them, one after the other. */
  void load(PeerShape shape, double warmUpSeconds) {
    processes.forEach(process -> process.load(shape, warmUpSeconds));
  }

  /** Measures a window of each, as often as there are rounds. */
  List<Window> measure(int rounds, double seconds) {
    List<Window> windows = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      for (PeerProcess process : processes) {
        Duration before = processorTimeOfOthers(process);
        long start = System.nanoTime();
        double speed = process.measure(seconds);
        double elapsed = System.nanoTime() - start;
        double used = processorTimeOfOthers(process).minus(before).toNanos();
        windows.add(new Window(process.contestant(), round, speed, used / elapsed));
      }
    }
    return windows;
  }

  private Duration processorTimeOfOthers(PeerProcess running) {
    Duration sum = Duration.ZERO;
    for (PeerProcess process : processes) {
      if (process != running) {
        sum = sum.plus(process.processorTime());
      }
    }
    return sum;
  }

  @Override
  public void close() {
    processes.forEach(PeerProcess::close);
  }
}

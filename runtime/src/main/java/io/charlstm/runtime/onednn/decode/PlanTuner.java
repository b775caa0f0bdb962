package io.charlstm.runtime.onednn.decode;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the fastest plan by trying: most of the time the best one so far runs, now and then another
 * one for a moment. So the choice follows the machine, also when other programs want its cores and
 * meeting becomes slow.
 */
class PlanTuner {
  /** Multiply-adds a nanosecond to start from: low, so that the first stretches are short. */
  private static final double GUESSED_SPEED = 0.2;

  /** Multiply-adds of a step from which a second worker is tried first. */
  private static final long WORTH_SHARING = 64 << 10;

  private static final double STRETCH_NANOS = 2e6;
  private static final double TRIAL_NANOS = 1e5;
  private static final int LONGEST_PAUSE = 256;
  private static final double CLEARLY_FASTER = 0.97;

  private final List<WorkPlan> plans;
  private final double[] nanos;
  private final long[] due;
  private final int[] pause;
  private int best;
  private int running;
  private long stretches;

  /**
   * A tuner for steps of one kind.
   *
   * @param threads threads at most
   * @param rows number of streams in a step
   */
  PlanTuner(DecoderShape shape, int threads, int rows) {
    plans = plans(shape, threads, rows);
    nanos = new double[plans.size()];
    due = new long[plans.size()];
    pause = new int[plans.size()];
    long step = shape.multiplyAdds() * rows;
    best = step < WORTH_SHARING ? 0 : plans.size() - 1;
    nanos[best] = step / GUESSED_SPEED / plans.get(best).workers();
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = i == best ? nanos[i] : Double.MAX_VALUE;
      pause[i] = 1;
      due[i] = i + 1L;
    }
  }

  private static List<WorkPlan> plans(DecoderShape shape, int threads, int rows) {
    List<WorkPlan> plans = new ArrayList<>();
    plans.add(WorkPlan.ALONE);
    if (rows > 1 && threads > 1) {
      plans.add(new WorkPlan(Math.min(threads, rows), false));
    }
    int most = Math.min(threads, shape.groups());
    for (int workers = 2; workers < most; workers *= 2) {
      plans.add(new WorkPlan(workers, true));
    }
    if (most > 1) {
      plans.add(new WorkPlan(most, true));
    }
    return List.copyOf(plans);
  }

  /** The plan for the next stretch of steps. */
  WorkPlan next() {
    stretches++;
    running = best;
    for (int i = 0; i < due.length; i++) {
      if (i != best && due[i] <= stretches) {
        running = i;
      }
    }
    return plans.get(running);
  }

  /** The best plan so far, for a job of another kind, which is not recorded. */
  WorkPlan best() {
    running = best;
    return plans.get(best);
  }

  /** Whether the plan of {@link #next} is on trial. */
  boolean onTrial() {
    return running != best;
  }

  /** Steps for the plan of {@link #next}: a few milliseconds, less for a trial. */
  int steps(int left) {
    double span = onTrial() ? TRIAL_NANOS : STRETCH_NANOS;
    return (int) Math.max(1, Math.min(left, span / nanos[best]));
  }

  /** Notes how long a step took with the plan of {@link #next}. */
  void record(double nanosPerStep) {
    if (running == best) {
      nanos[best] += 0.3 * (nanosPerStep - nanos[best]);
    } else {
      nanos[running] = nanosPerStep;
      putOff(running);
    }
    int fastest = best;
    for (int i = 0; i < nanos.length; i++) {
      fastest = nanos[i] < nanos[fastest] ? i : fastest;
    }
    if (nanos[fastest] < CLEARLY_FASTER * nanos[best]) {
      putOff(best);
      best = fastest;
    }
  }

  // A trial is short and often misses what slows a plan down now and then, so a plan that has lost
  // waits longer each time.
  private void putOff(int plan) {
    pause[plan] = Math.min(2 * pause[plan], LONGEST_PAUSE);
    due[plan] = stretches + pause[plan];
  }
}

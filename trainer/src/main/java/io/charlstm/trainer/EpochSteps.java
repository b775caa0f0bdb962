package io.charlstm.trainer;

/**
 * Steps counted by epochs. With gradient accumulation a step may reach over the end of an epoch; it
 * then belongs to the one that it begins in.
 *
 * @param windows windows in an epoch
 * @param accumulation windows a step
 */
record EpochSteps(long windows, int accumulation) {

  /** The epoch, from 0, that the step after {@code steps} steps begins in. */
  long epochAfter(long steps) {
    return Math.multiplyExact(steps, (long) accumulation) / windows;
  }

  /** Steps made before the first one of an epoch. */
  long before(long epoch) {
    return Math.ceilDiv(Math.multiplyExact(epoch, windows), (long) accumulation);
  }

  /** The epoch, from 0, of the last of {@code steps} steps, at least 1. */
  long epochOf(long steps) {
    return epochAfter(steps - 1);
  }

  /** Which step of its epoch, from 1, the last of {@code steps} steps is. */
  long inEpoch(long steps) {
    return steps - before(epochOf(steps));
  }

  /** Whether an epoch is over after so many steps. */
  boolean isEnd(long steps) {
    return steps > 0 && epochAfter(steps) > epochOf(steps);
  }

  /** Steps up to the end of the epoch that the next step is in. */
  long untilEnd(long steps) {
    return before(epochAfter(steps) + 1) - steps;
  }
}

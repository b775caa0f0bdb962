package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.SamplingConfig;

/** What the workers do next: written by the caller before a job, read by all workers in it. */
final class DecoderJob {
  /** Streams that take part. */
  final int[] rows;

  /** Number of streams that take part. */
  int rowCount;

  /** How the workers share it out. */
  WorkPlan plan;

  /** Number of the first step: which row of the tokens it reads or writes. */
  int first;

  /**
   * Number of the step after the last. Worker 0 lowers it before a rendezvous to end the job after
   * the step it is in, when meeting has become slow and another plan should have a chance.
   */
  int end;

  /** How to draw them; null when they are given. */
  SamplingConfig sampling;

  /** (steps,S): given tokens, or receives the drawn ones. */
  int[] tokens;

  DecoderJob(int streams) {
    rows = new int[streams];
  }
}

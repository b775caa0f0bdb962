package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.SamplingConfig;

/** What the workers do next: written by the caller before a job, read by all workers in it. */
final class DecoderJob {
  /** Streams that take part. */
  final int[] rows;

  /** Number of streams that take part. */
  int rowCount;

  /** Tokens to feed to each of them. */
  int steps;

  /** How to draw them; null when they are given. */
  SamplingConfig sampling;

  /** (steps,S): given tokens, or receives the drawn ones. */
  int[] tokens;

  DecoderJob(int streams) {
    rows = new int[streams];
  }
}

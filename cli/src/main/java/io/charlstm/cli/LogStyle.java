package io.charlstm.cli;

/** How a training is told to people. */
enum LogStyle {
  /** A line an evaluation, and a progress bar on a terminal. */
  BAR,
  /** MXNet's lines, every so many batches. */
  SPEEDOMETER
}

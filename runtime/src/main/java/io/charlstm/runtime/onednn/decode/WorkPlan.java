package io.charlstm.runtime.onednn.decode;

/**
 * How a job is shared out. It decides on the speed only, never on a result.
 *
 * @param workers number of threads, the caller included
 * @param shareUnits whether the workers share out the hidden units and meet once a layer, rather
 *     than the streams; of no meaning for one worker
 */
record WorkPlan(int workers, boolean shareUnits) {
  static final WorkPlan ALONE = new WorkPlan(1, false);
}

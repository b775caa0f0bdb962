/** The training loop, schedules, evaluation, metrics and the checkpoints of a run. */
module io.charlstm.trainer {
  requires transitive io.charlstm.sampler;
  requires org.tomlj;
}

/** The training loop, schedules, evaluation, metrics and the checkpoints of a run. */
module io.charlstm.trainer {
  requires transitive io.charlstm.sampler;
  requires transitive org.tomlj;
  requires tools.jackson.core;
  requires jdk.management;

  exports io.charlstm.trainer;
  exports io.charlstm.trainer.recipe;
}

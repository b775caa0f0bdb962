package io.charlstm.trainer;

/** Is told what happens in a run, on the thread that trains; it should return quickly. */
@FunctionalInterface
public interface TrainingListener {
  TrainingListener SILENT = event -> {};

  void on(TrainingEvent event);
}

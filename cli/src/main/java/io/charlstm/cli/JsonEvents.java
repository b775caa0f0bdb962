package io.charlstm.cli;

import io.charlstm.trainer.EventJson;
import io.charlstm.trainer.TrainingEvent;
import io.charlstm.trainer.TrainingListener;

/** A training as JSON objects on standard output, one a line; warnings go to standard error. */
record JsonEvents(Console console) implements TrainingListener {
  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Warning warning) {
      console.err().println("charlstm: warning: " + warning.message());
    } else if (!(event instanceof TrainingEvent.Progress)) {
      console.out().println(EventJson.line(event));
      console.out().flush();
    }
  }
}

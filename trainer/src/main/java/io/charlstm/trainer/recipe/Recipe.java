package io.charlstm.trainer.recipe;

import io.charlstm.trainer.RunConfig;
import java.util.List;
import java.util.Optional;

/**
 * A tutorial as data.
 *
 * @param name as it is called on the command line
 * @param description one line
 * @param corpus the dataset it is made for; empty when a text has to be named
 * @param corpusHint which text, for people
 * @param speedometer whether it logs in MXNet's form
 * @param config every value of its training
 * @param sample what it writes in the end
 * @param figures what the tutorial reports
 */
public record Recipe(
    String name,
    String description,
    Optional<String> corpus,
    String corpusHint,
    boolean speedometer,
    RunConfig config,
    RecipeSample sample,
    List<RecipeFigure> figures) {

  public Recipe {
    figures = List.copyOf(figures);
  }
}

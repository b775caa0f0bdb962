/**
 * Recipes: known tutorials as a preset, data preparation, figures and sampling, and the reports and
 * drawings of runs.
 */
package io.charlstm.trainer.recipe;

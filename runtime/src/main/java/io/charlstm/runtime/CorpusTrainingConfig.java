package io.charlstm.runtime;

/**
 * What all steps of a {@link CorpusTraining} have in common.
 *
 * @param gradientAccumulation k, windows for each update
 * @param gradientScale factor on the gradient of the summed loss; 1/(k*T*B) gives the mean
 * @param clipNorm as in {@link Updater#update}
 * @param clipValue as in {@link Updater#update}
 * @param dropoutSeed as in {@link TrainingPass}
 */
public record CorpusTrainingConfig(
    int gradientAccumulation,
    double gradientScale,
    double clipNorm,
    double clipValue,
    long dropoutSeed) {}

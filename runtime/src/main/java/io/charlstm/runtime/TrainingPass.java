package io.charlstm.runtime;

/**
 * How one training window enters the gradients.
 *
 * @param gradientScale factor on the gradient of the summed loss; 1/(T*B) gives the mean
 * @param accumulate whether to add to the gradients instead of replacing them
 * @param dropoutSeed key of the counter-based dropout masks, see {@link DropoutMask}
 * @param dropoutStep counter of the masks: a new value for each window
 */
public record TrainingPass(
    double gradientScale, boolean accumulate, long dropoutSeed, long dropoutStep) {}

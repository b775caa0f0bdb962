/**
 * Models as files, and text from models.
 *
 * <p>{@link io.charlstm.sampler.CharModel} loads a model onto a backend; {@link
 * io.charlstm.sampler.TextGenerator} writes text with it.
 */
package io.charlstm.sampler;

/**
 * From text to token ids. {@link io.charlstm.data.CorpusSource} says where the text is, {@link
 * io.charlstm.data.Corpus} encodes it through a {@link io.charlstm.data.Vocabulary}, {@link
 * io.charlstm.data.Split} cuts it, and {@link io.charlstm.data.LaneBatches} and {@link
 * io.charlstm.data.ScoringWindows} fill int32 windows (T,B) for training and evaluation.
 *
 * <p>B is the batch size (lanes), T the sequence length. Bad input ends in a {@link
 * io.charlstm.data.CorpusException} whose message is one clear line.
 */
package io.charlstm.data;

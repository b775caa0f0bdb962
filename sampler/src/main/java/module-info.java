/** Models as files and text generation. */
module io.charlstm.sampler {
  requires transitive io.charlstm.runtime;
  requires transitive io.charlstm.data;
}

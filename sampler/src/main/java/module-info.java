/** Models as files and text generation. */
module io.charlstm.sampler {
  requires transitive io.charlstm.runtime;
  requires transitive io.charlstm.data;
  requires tools.jackson.core;

  exports io.charlstm.sampler;
}

/** Tensors, backends and the language model's arithmetic. */
module io.charlstm.runtime {
  requires io.charlstm.bindings;
  requires java.management;
  requires jdk.management;
  requires tools.jackson.core;
  requires static jdk.incubator.vector;

  exports io.charlstm.runtime;
  exports io.charlstm.runtime.safetensors;
  exports io.charlstm.runtime.reference;
}

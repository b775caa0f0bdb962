/**
 * The only module with raw native calls: generated bindings (never exported) and their thin owners.
 */
@SuppressWarnings("module") // the modules exported to are compiled later
module io.charlstm.bindings {
  exports io.charlstm.bindings to
      io.charlstm.runtime,
      io.charlstm.cli;
  exports io.charlstm.bindings.cuda to
      io.charlstm.runtime,
      io.charlstm.cli;
  exports io.charlstm.bindings.install to
      io.charlstm.cli;
  exports io.charlstm.bindings.library to
      io.charlstm.runtime;
  exports io.charlstm.bindings.memory to
      io.charlstm.runtime,
      io.charlstm.cli;
  exports io.charlstm.bindings.onednn to
      io.charlstm.runtime,
      io.charlstm.cli;
}

/** Commands: parse, call, print. */
module io.charlstm.cli {
  requires io.charlstm.bindings;
  requires io.charlstm.trainer;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires jdk.management;
  requires jdk.unsupported; // sun.misc.Signal: an interrupted training saves first

  opens io.charlstm.cli to
      info.picocli;
}

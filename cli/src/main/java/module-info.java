/** Commands: parse, call, print. */
module io.charlstm.cli {
  requires io.charlstm.trainer;
  requires info.picocli;
}

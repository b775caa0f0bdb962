package io.charlstm.bench.peers;

import io.charlstm.bindings.onednn.OneDnn;
import java.util.List;

/**
 * What is measured in turns: one kind of work, and who takes part.
 *
 * @param name as on the command line and in the files of results
 * @param mode {@code train} or {@code sample}
 * @param streams texts sampled at once
 */
record Heat(String name, String mode, int streams, List<Contestant> contestants) {

  /**
   * A library at one precision.
   *
   * @param precision {@code fp32}, {@code bf16} or {@code int8}; for sampling that of the weights
   */
  record Contestant(Library library, String precision) {
    @Override
    public String toString() {
      return library.label() + " " + precision;
    }
  }

  private static final int MANY_STREAMS = 64;

  /** All of them. */
  static List<Heat> all() {
    Contestant ours = new Contestant(Library.CHARLSTM, "fp32");
    Contestant oursInBf16 = new Contestant(Library.CHARLSTM, "bf16");
    Contestant oursInInt8 = new Contestant(Library.CHARLSTM, "int8");
    Contestant torch = new Contestant(Library.LIBTORCH, "fp32");
    Contestant torchInBf16 = new Contestant(Library.LIBTORCH, "bf16");
    Contestant dl4j = new Contestant(Library.DL4J, "fp32");
    List<Contestant> sampling = List.of(ours, oursInBf16, oursInInt8, torch, dl4j);
    return List.of(
        new Heat("train-fp32", "train", 1, List.of(ours, torch, dl4j)),
        new Heat("train-bf16", "train", 1, List.of(oursInBf16, torchInBf16)),
        new Heat("sample-1", "sample", 1, sampling),
        new Heat("sample-64", "sample", MANY_STREAMS, sampling));
  }

  /**
   * The heat of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Heat named(String name) {
    return all().stream()
        .filter(heat -> heat.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown comparison " + name + "; known are " + names()));
  }

  /** Whether this machine can run it: training in bf16 needs a CPU that multiplies bfloat16. */
  boolean isPossible() {
    boolean trainsInBf16 =
        mode.equals("train") && contestants.stream().anyMatch(c -> c.precision().equals("bf16"));
    return !trainsInBf16 || OneDnn.get().multipliesBf16();
  }

  static List<String> names() {
    return all().stream().map(Heat::name).toList();
  }
}

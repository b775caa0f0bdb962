package io.charlstm.runtime;

import java.util.List;

/**
 * Which backend is wanted, and how it computes.
 *
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}, {@code reference}
 * @param threads host threads that compute; 0 = one for each processor
 * @param precision {@code auto} (what the backend does by itself), {@code fp32}, {@code bf16};
 *     {@code tf32} and {@code fp16} of a GPU, {@code int8} of a CPU that samples
 * @param rnnAlgorithm of a GPU: {@code auto} (measured at start), {@code standard}, {@code
 *     persist-static}, {@code persist-dynamic}, {@code persist-static-small-h}
 * @param graph whether a GPU replays training steps as CUDA graphs
 */
public record BackendOptions(
    String device, int threads, String precision, String rnnAlgorithm, boolean graph) {

  public static final List<String> PRECISIONS =
      List.of("auto", "fp32", "tf32", "fp16", "bf16", "int8");

  public static final List<String> RNN_ALGORITHMS =
      List.of("auto", "standard", "persist-static", "persist-dynamic", "persist-static-small-h");

  /** What {@code device} does by itself. */
  public static BackendOptions of(String device, int threads) {
    return new BackendOptions(device, threads, "auto", "auto", true);
  }
}

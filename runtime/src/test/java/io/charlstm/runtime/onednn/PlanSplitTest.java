package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tolerances;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any split of 1 to 16 threads, most of which are more than there are processors, computes what one
 * thread does but for rounding, and the same bits every time. The timeout only turns a deadlock
 * into a failure.
 */
@Timeout(120)
class PlanSplitTest {
  private static final PlanSplit ALONE = new PlanSplit(1, 1);

  /** Steps that layers do not take in one turn, nor slices divide evenly among each other. */
  private static final int STEPS = 37;

  /** Plain products, everything dropped out, layer 0 multiplied; 4 lines of units, one short. */
  private static final Problem NARROW =
      Problem.of(STEPS, 5, 23, 53, 3, 31, 1201).withDropout(0.2, 0.1, 0.3);

  /** Packed products, a table for layer 0; 10 lines of units, one short. */
  private static final Problem WIDE = Problem.of(STEPS, 7, 19, 150, 2, 29, 1202);

  /** Rounding to bfloat16 now and then goes the other way after a sum in another order. */
  private static final double BF16_SPLITS = 4e-3;

  static Stream<PlanSplit> splits() {
    return IntStream.rangeClosed(1, 16)
        .boxed()
        .flatMap(
            threads ->
                IntStream.rangeClosed(1, threads)
                    .filter(slices -> threads % slices == 0)
                    .mapToObj(slices -> new PlanSplit(threads / slices, slices)));
  }

  static Stream<PlanSplit> fewSplits() {
    return Stream.of(new PlanSplit(1, 3), new PlanSplit(2, 2), new PlanSplit(3, 5));
  }

  @ParameterizedTest
  @MethodSource("splits")
  void onlyRoundingDependsOnTheSplit(PlanSplit split) {
    for (Problem problem : new Problem[] {NARROW, WIDE}) {
      Map<String, float[]> expected = TwoWindows.train(OneDnnUnderTest.create(ALONE), problem);
      Map<String, float[]> actual = TwoWindows.train(OneDnnUnderTest.create(split), problem);
      TwoWindows.assertNear(split, expected, actual, Tolerances.FP32_SAME_BACKEND);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSplits")
  void onlyRoundingDependsOnTheSplitInBf16(PlanSplit split) {
    for (Problem problem : new Problem[] {NARROW, WIDE}) {
      Map<String, float[]> expected = TwoWindows.train(OneDnnUnderTest.createBf16(ALONE), problem);
      Map<String, float[]> actual = TwoWindows.train(OneDnnUnderTest.createBf16(split), problem);
      TwoWindows.assertNear(split, expected, actual, BF16_SPLITS);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSplits")
  void aSplitAlwaysGivesTheSameBits(PlanSplit split) {
    Map<String, float[]> first = TwoWindows.train(OneDnnUnderTest.create(split), NARROW);
    Map<String, float[]> second = TwoWindows.train(OneDnnUnderTest.create(split), NARROW);
    first.forEach((name, values) -> assertThat(second.get(name)).as(name).isEqualTo(values));
  }

  @Test
  void asMuchOfASplitIsUsedAsSizesAllow() {
    assertThat(new PlanSplit(4, 3).within(32, 512)).isEqualTo(new PlanSplit(4, 3));
    // 5 lanes on 4 shards are 2, 2 and 1; 17 units are two lines.
    assertThat(new PlanSplit(4, 3).within(5, 17)).isEqualTo(new PlanSplit(3, 2));
    assertThat(new PlanSplit(4, 3).within(1, 16)).isEqualTo(ALONE);
    assertThatThrownBy(() -> new PlanSplit(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a split needs at least 1 shard and 1 slice: 0x1");
  }

  @Test
  void aForcedSplitNeedsItsThreads() {
    try (OneDnnBackend backend = (OneDnnBackend) OneDnnUnderTest.create(3)) {
      assertThatThrownBy(() -> backend.forceSplit(new PlanSplit(2, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the split 2x2 takes more than 3 threads");
    }
  }

  @Test
  void nothingIsLeftOpen() {
    long before = LiveHandles.count();
    try (Backend backend = OneDnnUnderTest.createBf16(new PlanSplit(2, 3));
        Network network = backend.createNetwork(WIDE.config())) {
      network.createTrainingPlan(2, 5).close();
      network.createEvaluationPlan(2, 5).close();
    }
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isEqualTo(before);
  }
}

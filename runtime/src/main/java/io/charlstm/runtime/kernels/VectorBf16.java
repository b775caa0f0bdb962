package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.VectorMath.LANES;
import static io.charlstm.runtime.kernels.VectorMath.SPECIES;

import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * To and from bfloat16 with the Vector API; rounds by the same operations as {@link Bf16#round}.
 */
final class VectorBf16 {
  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
  private static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  // As vectors for the reason given in VectorMath.
  private static final IntVector ONE = IntVector.broadcast(INTS, 1);
  private static final IntVector ROUNDING = IntVector.broadcast(INTS, 0x7fff);
  private static final IntVector MAGNITUDE = IntVector.broadcast(INTS, 0x7fff_ffff);
  private static final IntVector INFINITY = IntVector.broadcast(INTS, 0x7f80_0000);
  private static final IntVector QUIET = IntVector.broadcast(INTS, Bf16.QUIET);

  private VectorBf16() {}

  static void roundRow(long source, long destination, int width) {
    int j = 0;
    for (; j <= width - LANES; j += LANES) {
      IntVector bits = VectorMath.load(source + 4L * j).reinterpretAsInts();
      IntVector upper = bits.lanewise(VectorOperators.LSHR, 16);
      IntVector rounded = bits.add(ROUNDING).add(upper.and(ONE)).lanewise(VectorOperators.LSHR, 16);
      var nan = bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITY);
      ShortVector halves =
          (ShortVector)
              rounded.blend(upper.or(QUIET), nan).convertShape(VectorOperators.I2S, HALVES, 0);
      halves.intoMemorySegment(Floats.ALL, destination + 2L * j, ByteOrder.nativeOrder());
    }
    Bf16.roundRow(source, destination, j, width);
  }

  static void widenRow(long source, long destination, int width) {
    int j = 0;
    for (; j <= width - LANES; j += LANES) {
      ShortVector halves =
          ShortVector.fromMemorySegment(
              HALVES, Floats.ALL, source + 2L * j, ByteOrder.nativeOrder());
      IntVector bits = (IntVector) halves.convertShape(VectorOperators.S2I, INTS, 0);
      VectorMath.store(
          bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), destination + 4L * j);
    }
    Bf16.widenRow(source, destination, j, width);
  }
}

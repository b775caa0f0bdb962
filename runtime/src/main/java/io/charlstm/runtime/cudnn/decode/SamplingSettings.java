package io.charlstm.runtime.cudnn.decode;

import io.charlstm.runtime.SamplingConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The device's form of a sampling configuration, {@code SampleSettings} of {@code sampling.cu}. */
final class SamplingSettings {
  static final long BYTES = 32;

  private SamplingSettings() {}

  static void write(SamplingConfig sampling, MemorySegment to) {
    to.set(ValueLayout.JAVA_DOUBLE, 0, sampling.temperature());
    to.set(ValueLayout.JAVA_DOUBLE, 8, sampling.topP());
    to.set(ValueLayout.JAVA_DOUBLE, 16, sampling.minP());
    to.set(ValueLayout.JAVA_INT, 24, sampling.topK());
    to.set(ValueLayout.JAVA_INT, 28, sampling.greedy() ? 1 : 0);
  }
}

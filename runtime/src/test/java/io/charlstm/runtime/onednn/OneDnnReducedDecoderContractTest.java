package io.charlstm.runtime.onednn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.DecoderContractTest;
import org.junit.jupiter.api.Nested;

/** The decoders' contract with weights of fewer bits. */
class OneDnnReducedDecoderContractTest {

  @Nested
  class Bf16 extends Reduced {
    Bf16() {
      super(CpuPrecision.BF16);
    }

    @Override
    protected boolean trains() {
      return OneDnn.isAvailable() && OneDnn.get().multipliesBf16();
    }

    // A weight is off by up to 2^-9 of itself, half of that on average, with any sign; through a
    // few steps of layers whose states feed on it.
    @Override
    protected double tolerance() {
      return 1e-2;
    }
  }

  @Nested
  class Int8 extends Reduced {
    Int8() {
      super(CpuPrecision.INT8);
    }

    @Override
    protected boolean trains() {
      return false;
    }

    // A weight is off by up to 1/254 of the largest of its gate, whatever its own size.
    @Override
    protected double tolerance() {
      return 2e-2;
    }
  }

  /** One precision; {@link #tolerance} against unrounded weights. */
  abstract static class Reduced extends DecoderContractTest {
    private final CpuPrecision precision;

    Reduced(CpuPrecision precision) {
      this.precision = precision;
    }

    @Override
    protected Backend createBackend(int threads) {
      assumeTrue(OneDnn.isAvailable(), () -> String.join("; ", OneDnn.unavailableReasons()));
      return new OneDnnBackend(threads, precision);
    }
  }
}

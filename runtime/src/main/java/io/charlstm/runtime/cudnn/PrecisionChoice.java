package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.bindings.cuda.LstmDescriptor;
import io.charlstm.bindings.cuda.LstmSpec;
import io.charlstm.bindings.cuda.RnnAlgorithm;
import java.util.Locale;

/** Which precision a device computes in. */
final class PrecisionChoice {
  /** From this compute capability on there are tensor cores for tf32 and bf16. */
  private static final int AMPERE = 80;

  private static final int PASCAL = 60;
  private static final int PROBE_SIZE = 64;

  private PrecisionChoice() {}

  /**
   * The precision of that name; {@code auto} is tf32 where the device has it, else fp32.
   *
   * @throws IllegalArgumentException if there is none of that name, or this device or this cuDNN
   *     cannot compute in it
   */
  static Precision of(String name, CudaDevice device) {
    int capability = device.computeCapability();
    return switch (name) {
      case "auto" -> capability >= AMPERE ? Precision.TF32 : Precision.FP32;
      case "fp32" -> Precision.FP32;
      case "tf32" -> require(Precision.TF32, AMPERE, device);
      case "fp16" -> require(Precision.FP16, PASCAL, device);
      case "bf16" -> probed(require(Precision.BF16, AMPERE, device));
      default -> throw new IllegalArgumentException("unknown precision " + name);
    };
  }

  private static Precision require(Precision precision, int capability, CudaDevice device) {
    int found = device.computeCapability();
    if (found < capability) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "precision %s needs a GPU of compute capability %d.%d, %s has %d.%d",
              precision.label(),
              capability / 10,
              capability % 10,
              device.name(),
              found / 10,
              found % 10));
    }
    return precision;
  }

  // cuDNN says itself whether its LSTM knows the type: bf16 came with version 9.13.
  private static Precision probed(Precision precision) {
    LstmSpec spec =
        new LstmSpec(
            RnnAlgorithm.STANDARD,
            precision.dataType(),
            precision.mathType(),
            PROBE_SIZE,
            PROBE_SIZE,
            1);
    try (LstmDescriptor _ = LstmDescriptor.create(spec)) {
      return precision;
    } catch (NativeException e) {
      throw new IllegalArgumentException(
          "precision "
              + precision.label()
              + " needs cuDNN 9.13 or newer, this is "
              + CudaStack.get().cudnnVersion(),
          e);
    }
  }
}

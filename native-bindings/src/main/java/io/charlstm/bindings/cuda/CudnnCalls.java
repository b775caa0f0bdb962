package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudnn.CudnnApi;
import io.charlstm.bindings.libc.Downcalls;
import java.lang.invoke.MethodHandle;

/** The three calls of cuDNN that a step makes; they allocate nothing. */
final class CudnnCalls {
  private static final MethodHandle FORWARD =
      AddressCalls.of(CudnnApi.cudnnRNNForward$address(), "PPIPPPPPPPPPPPPPPPPP");
  private static final MethodHandle BACKWARD_DATA =
      AddressCalls.of(CudnnApi.cudnnRNNBackwardData_v8$address(), "PPPPPPPPPPPPPPPPPPPPPP");
  private static final MethodHandle BACKWARD_WEIGHTS =
      AddressCalls.of(CudnnApi.cudnnRNNBackwardWeights_v8$address(), "PPIPPPPPPPPPPPPP");

  /** The lengths of all sequences are in the descriptors; cuDNN 9 wants no copy on the device. */
  private static final long NO_DEVICE_LENGTHS = 0;

  private CudnnCalls() {}

  /** {@code cudnnRNNForward}; h and c have one descriptor. */
  static int forward(
      long handle, long rnn, int mode, long xDesc, long yDesc, long hDesc, LstmBuffers b) {
    try {
      return (int)
          FORWARD.invokeExact(
              handle,
              rnn,
              mode,
              NO_DEVICE_LENGTHS,
              xDesc,
              b.x,
              yDesc,
              b.y,
              hDesc,
              b.hx,
              b.hy,
              hDesc,
              b.cx,
              b.cy,
              b.weightBytes,
              b.weights,
              b.workspaceBytes,
              b.workspace,
              b.reserveBytes,
              b.reserve);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  /** {@code cudnnRNNBackwardData_v8}. */
  static int backwardData(
      long handle, long rnn, long xDesc, long yDesc, long hDesc, LstmBuffers b) {
    try {
      return (int)
          BACKWARD_DATA.invokeExact(
              handle,
              rnn,
              NO_DEVICE_LENGTHS,
              yDesc,
              b.y,
              b.dy,
              xDesc,
              b.dx,
              hDesc,
              b.hx,
              b.dhy,
              b.dhx,
              hDesc,
              b.cx,
              b.dcy,
              b.dcx,
              b.weightBytes,
              b.weights,
              b.workspaceBytes,
              b.workspace,
              b.reserveBytes,
              b.reserve);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  /** {@code cudnnRNNBackwardWeights_v8}: adds to the gradients, the only mode cuDNN has. */
  static int backwardWeights(
      long handle, long rnn, int addMode, long xDesc, long yDesc, long hDesc, LstmBuffers b) {
    try {
      return (int)
          BACKWARD_WEIGHTS.invokeExact(
              handle,
              rnn,
              addMode,
              NO_DEVICE_LENGTHS,
              xDesc,
              b.x,
              hDesc,
              b.hx,
              yDesc,
              b.y,
              b.weightBytes,
              b.dWeights,
              b.workspaceBytes,
              b.workspace,
              b.reserveBytes,
              b.reserve);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }
}

package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaStream;

/** Feeds the streams' tokens through the layers to the logits. */
interface FeedPass extends AutoCloseable {
  /** Queues a step, from h of {@code parity} to that of the other. */
  void run(CudaStream stream, int parity);

  @Override
  void close();
}

package io.charlstm.runtime.onednn.decode;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.kernels.Floats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What an embedded token adds to the gates of layer 0: embedding[v] * W_ih^T + b. A row is computed
 * when its token comes for the first time, as a text has few of a large vocabulary, and should
 * begin at once with a small one, too. Rows are for any number of threads.
 */
final class InputTable implements AutoCloseable {
  private static final VarHandle KNOWN = MethodHandles.arrayElementVarHandle(byte[].class);

  private final DecoderShape shape;
  private final long table;
  private final long bias;
  private final PlainFloatProducts products;
  private final PlainDecoderKernels kernels;
  private final byte[] known;
  private final float[] sums;
  private float[] embeddings;
  private NativeMemory weights;

  /**
   * A table without rows.
   *
   * @param table where rows (V,gates) go
   * @param bias (gates)
   */
  InputTable(DecoderShape shape, long table, long bias) {
    this.shape = shape;
    this.table = table;
    this.bias = bias;
    kernels = new PlainDecoderKernels(shape.lanes());
    products = new PlainFloatProducts(shape.lanes());
    known = new byte[shape.vocabulary()];
    sums = new float[shape.gates()];
  }

  /**
   * Forgets all rows, while nobody asks for any.
   *
   * @param newEmbeddings (V,E), read for as long as rows are asked for
   * @return where the panels of W_ih (E rows each) are to be written before that
   */
  long reset(float[] newEmbeddings) {
    if (weights == null) {
      int width = shape.config().embeddingSize();
      weights = NativeMemory.allocate(products.panelBytes(width) * shape.groups());
    }
    embeddings = newEmbeddings;
    Arrays.fill(known, (byte) 0);
    return weights.address();
  }

  /** Address of a token's row. */
  long row(int token) {
    long row = table + 4L * token * shape.gates();
    if ((byte) KNOWN.getAcquire(known, token) == 0) {
      compute(token, row);
    }
    return row;
  }

  private synchronized void compute(int token, long row) {
    if (known[token] != 0) {
      return;
    }
    int width = shape.config().embeddingSize();
    int groups = shape.groups();
    products.multiplyRow(weights.address(), groups, embeddings, token * width, width, sums, 0);
    kernels.add(sums, 0, bias, DecoderKernels.PANEL_VECTORS * groups);
    Floats.write(row, sums, 0, sums.length);
    KNOWN.setRelease(known, token, (byte) 1);
  }

  @Override
  public void close() {
    if (weights != null) {
      weights.close();
    }
  }
}

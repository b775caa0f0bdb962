package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.cudnn.CudnnWeightLayout.Piece;
import java.util.List;

/** One flat float32 block in {@link CudnnWeightLayout}, read and written under PyTorch's names. */
final class CudnnParameterBlock implements ParameterBlock {
  private final CudnnBackend backend;
  private final CudnnWeightLayout layout;
  private final long address;
  private final Runnable beforeAccess;
  private final Runnable afterWrite;

  /**
   * A view of a block.
   *
   * @param address of the block, owned by someone else
   * @param beforeAccess throws when the owner is closed
   * @param afterWrite called on the device thread after each change of a value
   */
  CudnnParameterBlock(
      CudnnBackend backend,
      CudnnWeightLayout layout,
      long address,
      Runnable beforeAccess,
      Runnable afterWrite) {
    this.backend = backend;
    this.layout = layout;
    this.address = address;
    this.beforeAccess = beforeAccess;
    this.afterWrite = afterWrite;
  }

  @Override
  public List<ParameterSpec> specs() {
    return layout.specs();
  }

  @Override
  public void read(String name, float[] destination) {
    beforeAccess.run();
    var placement = layout.placement(name);
    requireLength(placement.spec(), destination);
    backend.thread().run(() -> readPieces(placement.pieces(), destination));
  }

  private void readPieces(List<Piece> pieces, float[] destination) {
    int done = 0;
    for (Piece piece : pieces) {
      backend.transfer().read(address + 4 * piece.offset(), destination, done, piece.elements());
      done += piece.elements();
    }
  }

  @Override
  public void write(String name, float[] source) {
    beforeAccess.run();
    var placement = layout.placement(name);
    requireLength(placement.spec(), source);
    backend.thread().run(() -> writePieces(placement.pieces(), source));
  }

  private void writePieces(List<Piece> pieces, float[] source) {
    int done = 0;
    for (Piece piece : pieces) {
      backend.transfer().write(address + 4 * piece.offset(), source, done, piece.elements());
      done += piece.elements();
    }
    afterWrite.run();
  }

  @Override
  public void clear() {
    beforeAccess.run();
    backend
        .thread()
        .run(
            () -> {
              backend.stream().fill(address, 0, 4 * layout.elements());
              afterWrite.run();
            });
  }

  private static void requireLength(ParameterSpec spec, float[] values) {
    if (values.length < spec.size()) {
      throw new IllegalArgumentException(
          spec.name() + " has " + spec.size() + " elements, the array has " + values.length);
    }
  }
}

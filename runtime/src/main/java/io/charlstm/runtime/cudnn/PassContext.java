package io.charlstm.runtime.cudnn;

/**
 * What the passes over windows of one number of steps share.
 *
 * @param steps of these windows
 * @param lstm for these windows
 * @param projection for these windows
 * @param weightDropout of training windows; null where no weights are dropped
 * @param launches makes launches that live as long as the passes
 * @param workspace device address of scratch memory that one call after the other uses
 */
record PassContext(
    CudnnNetwork network,
    WindowShape shape,
    PlanBuffers buffers,
    int steps,
    LstmWindows lstm,
    OutputProjection projection,
    DropoutSites dropout,
    WeightDropout weightDropout,
    Launches launches,
    long workspace) {

  /** Tokens in these windows. */
  long rows() {
    return (long) steps * shape.batchSize();
  }

  /** A kernel's name for the type of activations. */
  String typed(String kernel) {
    return Launches.typed(kernel, shape.precision());
  }

  /**
   * The mask of a site on a tensor (steps,B,width), or null if nothing is dropped there.
   *
   * @param from address
   * @param to address; may be the same
   */
  KernelLaunch mask(int site, long from, long to, int width) {
    return mask(launches, site, from, to, width, new WindowPieces(steps, 1), 0);
  }

  /** The same on a piece of an output of a part, in its stream. */
  KernelLaunch pieceMask(int part, long from, long to, int piece) {
    Launches own = launches.on(lstm.stream(part));
    return mask(own, shape.siteAbove(part), from, to, shape.hidden(), lstm.pieces(), piece);
  }

  private KernelLaunch mask(
      Launches where, int site, long from, long to, int width, WindowPieces pieces, int piece) {
    if (!dropout.drops(site)) {
      return null;
    }
    long row = (long) shape.batchSize() * width;
    long count = pieces.length(piece) * row;
    long period = shape.config().sharesMasks() ? row : rows() * width;
    return where.loop(
        typed("charlstm_dropout"),
        Math.ceilDiv(count, 4L),
        network.stateAddress(),
        from,
        to,
        pieces.first(piece) * row,
        count,
        (int) period,
        site,
        dropout.threshold(site),
        dropout.scale(site));
  }
}

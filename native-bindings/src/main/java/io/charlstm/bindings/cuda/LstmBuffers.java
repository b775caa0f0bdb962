package io.charlstm.bindings.cuda;

/**
 * The device addresses that {@link LstmWindow}'s calls work on; 0 stands for none. Sizes in bytes.
 * Filled once and kept: the calls allocate nothing.
 */
public final class LstmBuffers {
  /** Inputs (T,B,E), read by the forward pass and by the gradient of the weights. */
  public long x;

  /** Outputs of the last layer (T,B,H), written by the forward pass, read by both backward ones. */
  public long y;

  /** Gradient of y (T,B,H), read by the gradient of the data. */
  public long dy;

  /** Gradient of x (T,B,E), written by the gradient of the data. */
  public long dx;

  /** First hidden state (L,B,H); 0 for zeros. Must stay unchanged until the backward pass. */
  public long hx;

  /** Last hidden state (L,B,H); 0 when not wanted. */
  public long hy;

  /** First cell state (L,B,H); as {@link #hx}. */
  public long cx;

  /** Last cell state (L,B,H); 0 when not wanted. */
  public long cy;

  /** Gradient of hx (L,B,H), written; 0 when not wanted. */
  public long dhx;

  /** Gradient of hy (L,B,H), read; 0 for zeros. */
  public long dhy;

  /** Gradient of cx (L,B,H), written; 0 when not wanted. */
  public long dcx;

  /** Gradient of cy (L,B,H), read; 0 for zeros. */
  public long dcy;

  /** The weight space. */
  public long weights;

  /** The weight space of the gradients, which the backward pass adds to. */
  public long dWeights;

  /** Bytes of {@link #weights} and of {@link #dWeights}. */
  public long weightBytes;

  /** Scratch memory, used within each call only. */
  public long workspace;

  public long workspaceBytes;

  /** What the training forward pass leaves for both backward ones. */
  public long reserve;

  public long reserveBytes;
}

package io.charlstm.runtime.onednn.decode;

/**
 * The inner loops. Addresses are absolute, in bytes, and aligned to a vector; a panel row holds
 * {@code 4 * lanes()} floats. Implementations give the same bits.
 */
interface DecoderKernels {
  /** Vectors in a panel row: the gates i, f, g, o of a group. */
  int PANEL_VECTORS = 4;

  /** Rows that {@link #multiplyTile} takes at a time. */
  int TILE_ROWS = 4;

  /** Exponents below this count as minus infinity when tokens are weighed. */
  float LOWEST_EXPONENT = -87f;

  /** Floats in a vector. */
  int lanes();

  /**
   * One row times adjacent panels: out[p] = init[p] + sum over j of x[j] * W[p][j], in order of j.
   *
   * @param weights panels of {@code k} rows, one after the other
   * @param panels number of panels
   * @param x (k)
   * @param init start values, a panel row for each panel
   * @param initStride bytes from one panel's start values to the next; 0 = the same for all
   * @param out a panel row for each panel, adjacent
   */
  void multiplyRow(long weights, int panels, long x, int k, long init, long initStride, long out);

  /**
   * Four rows times one panel: out[r] = init[r] + sum over j of x_r[j] * W[j], in order of j.
   *
   * @param initStride bytes from one row's start values to the next
   * @param outStride bytes from one row's result to the next
   */
  void multiplyTile(
      long weights,
      long x0,
      long x1,
      long x2,
      long x3,
      int k,
      long init,
      long initStride,
      long out,
      long outStride);

  /** values = 1 / (1 + exp(-(values + addend))) over whole vectors. */
  void activate(long values, long addend, int vectors);

  /**
   * The cell of adjacent groups: c = f*c + i*g, h = o*tanh(c).
   *
   * @param gates a panel row (i, f, g, o) for each group after {@link #activate}; g holds
   *     sigmoid(2x), of which tanh(x) is 2*sigmoid(2x) - 1
   * @param c read and written
   * @param h written
   */
  void cell(long gates, long c, long h, int groups);

  /** Largest of the values, NaN if one is. */
  float max(long values, int vectors);

  /** out = exp((values - shift) * scale), 0 where that is below {@link #LOWEST_EXPONENT}. */
  void exponentials(long values, float shift, float scale, long out, int vectors);
}

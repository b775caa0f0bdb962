package io.charlstm.runtime.onednn.decode;

/**
 * The inner loops. Biases and tables lie at absolute native addresses, in bytes; what a step
 * computes lies in arrays. Everything is counted in whole vectors or whole panel rows of {@code 4 *
 * lanes()} floats. Implementations give the same bits.
 */
interface DecoderKernels {
  /** Vectors in a panel row: the gates i, f, g, o of a group. */
  int PANEL_VECTORS = 4;

  /** Exponents below this count as minus infinity when tokens are weighed. */
  float LOWEST_EXPONENT = -87f;

  /** Floats in a vector. */
  int lanes();

  /** Matrix products with weights of a format, for one thread. */
  PanelProducts products(WeightFormat format);

  /**
   * Rows of the next tile that a product takes at once.
   *
   * @param left rows that are in no tile yet, at least 1
   */
  int tileRows(int left);

  /** values += addend. */
  void add(float[] values, int at, long addend, int vectors);

  /** values = sigmoid(values + addend). */
  void activate(float[] values, int at, long addend, int vectors);

  /** values = sigmoid((values + more) + addend). */
  void activateSum(float[] values, int at, float[] more, int moreAt, long addend, int vectors);

  /**
   * The cell of adjacent groups: c = f*c + i*g.
   *
   * @param gates holds a panel row (i, f, g, o) for each group after activation; g is sigmoid(2x),
   *     of which tanh(x) is 2*sigmoid(2x) - 1
   * @param c read and written from {@code cAt}
   */
  void updateCell(float[] gates, int at, float[] c, int cAt, int groups);

  /** h = o*tanh(c) of adjacent groups; gates as in {@link #updateCell}. */
  void hidden(float[] gates, int at, float[] c, int cAt, float[] h, int hAt, int groups);

  /** Largest of the values, NaN if one is. */
  float max(float[] values, int at, int vectors);

  /** out = exp((values - shift) * scale), 0 where that is below {@link #LOWEST_EXPONENT}. */
  void exponentials(float[] values, int at, float shift, float scale, float[] out, int vectors);
}

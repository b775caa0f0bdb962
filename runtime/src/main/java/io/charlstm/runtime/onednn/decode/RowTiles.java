package io.charlstm.runtime.onednn.decode;

import java.util.function.IntUnaryOperator;

/**
 * Rows in tiles of a few. A tile is laid out as a product reads it, (width, rows): the first
 * elements of its rows, then their second ones, and so on, so that one address is enough to find
 * them all.
 */
final class RowTiles {
  private final IntUnaryOperator tileRows;
  private final int[] first;
  private int count;

  /**
   * No tiles yet.
   *
   * @param tileRows as {@link DecoderKernels#tileRows}
   * @param rows most rows that there will be
   */
  RowTiles(IntUnaryOperator tileRows, int rows) {
    this.tileRows = tileRows;
    first = new int[rows + 1];
  }

  /** Puts the rows from {@code row} to before {@code end} into tiles. */
  void split(int row, int end) {
    count = 0;
    for (int next = row; next < end; next += tileRows.applyAsInt(end - next)) {
      first[count++] = next;
    }
    first[count] = end;
  }

  /** Number of tiles. */
  int count() {
    return count;
  }

  /** First row of a tile; of tile {@link #count()}: the row behind the last. */
  int first(int tile) {
    return first[tile];
  }

  /** Rows of a tile. */
  int rows(int tile) {
    return first[tile + 1] - first[tile];
  }

  /**
   * The tile behind the last of those from {@code tile} on that have {@code rows} rows together.
   */
  int end(int tile, int rows) {
    int end = tile + 1;
    while (end < count && first[end + 1] - first[tile] <= rows) {
      end++;
    }
    return end;
  }

  /**
   * Lays out the columns from {@code column} to before {@code end} of a tile's rows.
   *
   * @param from where in {@code values} each row begins
   * @param to where in {@code tiles} row 0 of tile 0 begins; rows follow at a distance of {@code
   *     width}
   */
  void layOut(
      int tile, int column, int end, float[] values, int[] from, float[] tiles, int to, int width) {
    int rows = rows(tile);
    int begin = to + first[tile] * width;
    for (int r = 0; r < rows; r++) {
      int source = from[first[tile] + r];
      for (int j = column; j < end; j++) {
        tiles[begin + j * rows + r] = values[source + j];
      }
    }
  }
}

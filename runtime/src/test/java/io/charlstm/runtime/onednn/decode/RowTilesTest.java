package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowTilesTest {

  @Test
  void tilesHoldEveryRowOnce() {
    for (DecoderKernels kernels : Decoders.allKernels()) {
      RowTiles tiles = new RowTiles(kernels::tileRows, 100);
      for (int from : new int[] {0, 7}) {
        for (int end = from; end <= 100; end++) {
          tiles.split(from, end);
          int next = from;
          for (int tile = 0; tile < tiles.count(); tile++) {
            assertThat(tiles.first(tile)).isEqualTo(next);
            assertThat(tiles.rows(tile)).isBetween(1, 5);
            next += tiles.rows(tile);
          }
          assertThat(next).isEqualTo(end);
          assertThat(tiles.first(tiles.count())).isEqualTo(end);
        }
      }
    }
  }

  @Test
  void blocksEndWithATile() {
    for (DecoderKernels kernels : Decoders.allKernels()) {
      RowTiles tiles = new RowTiles(kernels::tileRows, 64);
      tiles.split(3, 64);
      int end;
      for (int tile = 0; tile < tiles.count(); tile = end) {
        end = tiles.end(tile, 32);
        assertThat(tiles.first(end) - tiles.first(tile)).isBetween(1, 32);
        assertThat(end == tiles.count() || tiles.first(end + 1) - tiles.first(tile) > 32).isTrue();
      }
    }
  }

  @Test
  void elementsOfATileLieSideBySide() {
    RowTiles tiles = new RowTiles(left -> Math.min(left, 3), 5);
    tiles.split(0, 5);
    float[] values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    int[] from = {0, 3, 6, 9, 12};
    float[] tiled = new float[15];
    for (int tile = 0; tile < tiles.count(); tile++) {
      tiles.layOut(tile, 0, 1, values, from, tiled, 0, 3);
      tiles.layOut(tile, 1, 3, values, from, tiled, 0, 3);
    }
    assertThat(tiled).containsExactly(0, 3, 6, 1, 4, 7, 2, 5, 8, 9, 12, 10, 13, 11, 14);
  }
}

package io.charlstm.runtime.cudnn.decode;

/** In which order a decoder keeps the rows of its weights; see {@code decode.cu}. */
enum WeightOrder {
  /** The four rows of a unit side by side, a chunk of columns after the other, for our kernels. */
  UNITS,
  /** One whole row after the other, as matrix libraries want it. */
  ROWS;

  /** Elements from one chunk of a row to the next one. */
  int chunkStride() {
    return this == UNITS ? DecodeShape.UNIT * DecodeShape.CHUNK : DecodeShape.CHUNK;
  }

  /** Elements from one row of a unit to the next one, where rows have this many chunks. */
  int rowStride(int chunks) {
    return this == UNITS ? DecodeShape.CHUNK : DecodeShape.CHUNK * chunks;
  }
}

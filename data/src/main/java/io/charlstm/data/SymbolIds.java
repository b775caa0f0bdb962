package io.charlstm.data;

/** Gives symbols their token ids. */
interface SymbolIds {
  /** Writes the ids of a block's symbols and returns how many there are. */
  int encode(SymbolBlock block, String document, int[] ids);

  /** One more than the highest id given so far. */
  int size();
}

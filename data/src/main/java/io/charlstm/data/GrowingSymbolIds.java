package io.charlstm.data;

import java.util.Arrays;

/** Ids in the order in which symbols first appear, for a vocabulary that is not known yet. */
final class GrowingSymbolIds implements SymbolIds {
  private final CodePointMap ids = new CodePointMap();
  private int[] symbols = new int[256];
  private int size;

  @Override
  public int encode(SymbolBlock block, String document, int[] out) {
    for (int i = 0; i < block.count; i++) {
      int id = ids.get(block.symbols[i]);
      out[i] = id == CodePointMap.ABSENT ? assign(block.symbols[i]) : id;
    }
    return block.count;
  }

  private int assign(int symbol) {
    if (size == symbols.length) {
      symbols = Arrays.copyOf(symbols, 2 * size);
    }
    symbols[size] = symbol;
    ids.put(symbol, size);
    return size++;
  }

  @Override
  public int size() {
    return size;
  }

  /** The symbols so far, sorted. */
  int[] sortedSymbols() {
    int[] sorted = Arrays.copyOf(symbols, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /** For each id given, the id in a vocabulary that holds all the symbols. */
  int[] idsIn(Vocabulary vocabulary) {
    int[] table = new int[size];
    for (int id = 0; id < size; id++) {
      table[id] = vocabulary.idOf(symbols[id]);
    }
    return table;
  }
}

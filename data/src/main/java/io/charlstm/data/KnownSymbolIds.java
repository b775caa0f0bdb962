package io.charlstm.data;

import java.util.Locale;

/** Ids of a known vocabulary; counts the symbols it lacks and remembers the first. */
final class KnownSymbolIds implements SymbolIds {
  private final Vocabulary vocabulary;
  private final UnseenPolicy policy;
  private final int replacement;
  private long unseen;
  private int firstSymbol;
  private String firstPlace = "";

  KnownSymbolIds(Vocabulary vocabulary, UnseenPolicy policy) {
    this.vocabulary = vocabulary;
    this.policy = policy;
    this.replacement = vocabulary.replacementId();
  }

  @Override
  public int encode(SymbolBlock block, String document, int[] out) {
    int count = 0;
    for (int i = 0; i < block.count; i++) {
      int id = vocabulary.idOf(block.symbols[i]);
      if (id == CodePointMap.ABSENT) {
        note(block, i, document);
        if (policy != UnseenPolicy.REPLACE) {
          continue;
        }
        id = replacement;
      }
      out[count++] = id;
    }
    return count;
  }

  private void note(SymbolBlock block, int index, String document) {
    if (unseen == 0) {
      firstSymbol = block.symbols[index];
      firstPlace = document + ": byte " + block.offset(index);
    }
    unseen++;
  }

  /**
   * Ends the text.
   *
   * @throws CorpusException with {@link UnseenPolicy#ERROR} when a symbol was unseen
   */
  void finish() {
    if (unseen > 0 && policy == UnseenPolicy.ERROR) {
      throw new CorpusException(
          String.format(
              Locale.ROOT,
              "%s: %s is not among the model's %d characters (%d unseen in all):"
                  + " use --on-unseen replace or skip",
              firstPlace,
              Vocabulary.name(firstSymbol),
              vocabulary.size(),
              unseen));
    }
  }

  long unseen() {
    return unseen;
  }

  @Override
  public int size() {
    return vocabulary.size();
  }
}

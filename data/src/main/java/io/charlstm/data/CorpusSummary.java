package io.charlstm.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a corpus holds, for inspection.
 *
 * @param description source, size and what was left out, in one line
 * @param characters tokens in all
 * @param vocabularySize distinct symbols of the vocabulary
 * @param storedBytes bytes of the encoded tokens
 * @param sha256 checksum of the encoded tokens
 * @param trainCharacters tokens of the training part
 * @param validCharacters tokens of the validation part
 * @param testCharacters tokens of the test part
 * @param mostFrequent the most frequent symbols, most frequent first
 */
public record CorpusSummary(
    String description,
    long characters,
    int vocabularySize,
    long storedBytes,
    String sha256,
    long trainCharacters,
    long validCharacters,
    long testCharacters,
    List<SymbolCount> mostFrequent) {

  public CorpusSummary {
    mostFrequent = List.copyOf(mostFrequent);
  }

  /** How often a symbol, a code point or byte value, occurs. */
  public record SymbolCount(int symbol, long count) {}

  /**
   * Counts a corpus.
   *
   * @param most how many of the most frequent symbols to list
   */
  public static CorpusSummary of(Corpus corpus, Split split, int most) {
    Split.Parts parts = split.parts(corpus.tokens());
    return new CorpusSummary(
        corpus.description(),
        corpus.characters(),
        corpus.vocabulary().size(),
        corpus.storedBytes(),
        corpus.sha256(),
        parts.train().size(),
        parts.valid().size(),
        parts.test().size(),
        mostFrequent(corpus, most));
  }

  private static List<SymbolCount> mostFrequent(Corpus corpus, int most) {
    Vocabulary vocabulary = corpus.vocabulary();
    long[] counts = new long[vocabulary.size()];
    TokenSequence tokens = corpus.tokens();
    for (long i = 0; i < tokens.size(); i++) {
      counts[tokens.get(i)]++;
    }
    List<SymbolCount> all = new ArrayList<>();
    for (int id = 0; id < counts.length; id++) {
      if (counts[id] > 0) {
        all.add(new SymbolCount(vocabulary.codePoint(id), counts[id]));
      }
    }
    all.sort(
        Comparator.comparingLong(SymbolCount::count)
            .reversed()
            .thenComparingInt(SymbolCount::symbol));
    return all.subList(0, Math.min(most, all.size()));
  }
}

package io.charlstm.data;

/** Turns the bytes of documents into symbols, chunk by chunk. */
interface Tokenizer {
  /** Starts a document. */
  void begin(String documentName);

  /**
   * Decodes the next bytes of the document into an empty block, which has room for {@code length +
   * 2} symbols and grows when cleaners let go of more.
   */
  void decode(byte[] bytes, int length, SymbolBlock out);

  /** Ends the document; what was incomplete is settled in an empty block. */
  void end(SymbolBlock out);

  /** Ill-formed sequences replaced or left out so far. */
  long invalid();

  static Tokenizer of(TokenMode mode, CorpusOptions options) {
    if (mode == TokenMode.BYTES) {
      return new ByteTokenizer();
    }
    Tokenizer characters = new CharacterTokenizer(options.onInvalid(), options.normalizeNewlines());
    return options.cleaning().isNone()
        ? characters
        : new CleaningTokenizer(characters, options.cleaning());
  }
}

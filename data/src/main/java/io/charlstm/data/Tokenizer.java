package io.charlstm.data;

/** Turns the bytes of documents into symbols, chunk by chunk. */
interface Tokenizer {
  /** Starts a document. */
  void begin(String documentName);

  /**
   * Decodes the next bytes of the document into an empty block, which takes up to {@code length +
   * 2} symbols.
   */
  void decode(byte[] bytes, int length, SymbolBlock out);

  /** Ends the document; what was incomplete is settled in an empty block. */
  void end(SymbolBlock out);

  /** Ill-formed sequences replaced or left out so far. */
  long invalid();

  static Tokenizer of(TokenMode mode, CorpusOptions options) {
    return mode == TokenMode.BYTES
        ? new ByteTokenizer()
        : new CharacterTokenizer(options.onInvalid(), options.normalizeNewlines());
  }
}

package io.charlstm.data;

/** Takes the characters of a document one by one. */
interface CodePointSink {
  /** A document begins. */
  void begin();

  /**
   * Takes a character.
   *
   * @param offset of the character's first byte in the document
   */
  void accept(int codePoint, long offset);

  /** The document ends. */
  void end();
}

package io.charlstm.data;

/** Sends the characters of another tokenizer through cleaners. */
final class CleaningTokenizer implements Tokenizer, CodePointSink {
  private final Tokenizer raw;
  private final CodePointSink cleaners;
  private SymbolBlock block = new SymbolBlock(0);
  private SymbolBlock out;

  CleaningTokenizer(Tokenizer raw, Cleaning cleaning) {
    this.raw = raw;
    cleaners = cleaning.before(this);
  }

  @Override
  public void begin(String documentName) {
    raw.begin(documentName);
    cleaners.begin();
  }

  @Override
  public void begin() {}

  @Override
  public void decode(byte[] bytes, int length, SymbolBlock target) {
    if (block.capacity() < length + 2) {
      block = new SymbolBlock(length + 2);
    }
    raw.decode(bytes, length, block);
    clean(target);
  }

  @Override
  public void end(SymbolBlock target) {
    raw.end(block);
    clean(target);
    cleaners.end();
  }

  private void clean(SymbolBlock target) {
    out = target;
    target.clear(block.offset());
    for (int i = 0; i < block.count; i++) {
      cleaners.accept(block.symbols[i], block.offset(i));
    }
  }

  @Override
  public void accept(int codePoint, long offset) {
    out.append(codePoint, offset);
  }

  @Override
  public void end() {}

  @Override
  public long invalid() {
    return raw.invalid();
  }
}

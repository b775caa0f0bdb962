package io.charlstm.data;

/** Every byte as it is. */
final class ByteTokenizer implements Tokenizer {
  private long offset;

  @Override
  public void begin(String documentName) {
    offset = 0;
  }

  @Override
  public void decode(byte[] bytes, int length, SymbolBlock out) {
    out.clear(offset);
    for (int i = 0; i < length; i++) {
      out.add(bytes[i] & 0xFF, i);
    }
    offset += length;
  }

  @Override
  public void end(SymbolBlock out) {
    out.clear(offset);
  }

  @Override
  public long invalid() {
    return 0;
  }
}

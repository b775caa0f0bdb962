package io.charlstm.data;

/** Stores token ids as narrow as the vocabulary allows, widening what is there when it grows. */
final class TokenWriter implements AutoCloseable {
  private static final int BLOCK_TOKENS = 1 << 16;

  private final CorpusOptions options;
  private final byte[] block = new byte[BLOCK_TOKENS * TokenWidth.INT32.bytes];
  private final int[] ids = new int[BLOCK_TOKENS];
  private TokenWidth width = TokenWidth.UINT8;
  private TokenSpool spool;

  TokenWriter(CorpusOptions options) {
    this.options = options;
    this.spool = new TokenSpool(options.temporaryFolder(), options.memoryLimitBytes());
  }

  long size() {
    return spool.size() / width.bytes;
  }

  TokenWidth width() {
    return width;
  }

  /** Appends ids, all below the vocabulary size. */
  void append(int[] newIds, int count, int vocabularySize) {
    TokenWidth wanted = TokenWidth.of(vocabularySize);
    if (wanted.bytes > width.bytes) {
      widen(wanted);
    }
    for (int from = 0; from < count; from += BLOCK_TOKENS) {
      int part = Math.min(BLOCK_TOKENS, count - from);
      System.arraycopy(newIds, from, ids, 0, part);
      append(spool, width, part);
    }
  }

  private void append(TokenSpool target, TokenWidth targetWidth, int count) {
    targetWidth.pack(ids, count, block);
    target.append(block, count * targetWidth.bytes);
  }

  private void widen(TokenWidth wanted) {
    TokenSpool wider = new TokenSpool(options.temporaryFolder(), options.memoryLimitBytes());
    try {
      long size = size();
      for (long from = 0; from < size; from += BLOCK_TOKENS) {
        append(wider, wanted, load(from));
      }
    } catch (RuntimeException e) {
      wider.close();
      throw e;
    }
    spool.close();
    spool = wider;
    width = wanted;
  }

  /** Replaces every id by its entry in a table. */
  void remap(int[] newIds) {
    long size = size();
    for (long from = 0; from < size; from += BLOCK_TOKENS) {
      int count = load(from);
      for (int i = 0; i < count; i++) {
        ids[i] = newIds[ids[i]];
      }
      width.pack(ids, count, block);
      spool.write(from * width.bytes, block, count * width.bytes);
    }
  }

  private int load(long from) {
    int count = (int) Math.min(BLOCK_TOKENS, size() - from);
    spool.read(from * width.bytes, block, count * width.bytes);
    width.unpack(block, count, ids);
    return count;
  }

  /** The tokens, readable until {@link #close()}. */
  StoredTokens freeze() {
    return new StoredTokens(spool.freeze(), width);
  }

  boolean isFile() {
    return spool.isFile();
  }

  @Override
  public void close() {
    spool.close();
  }
}

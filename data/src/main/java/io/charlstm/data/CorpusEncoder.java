package io.charlstm.data;

import java.io.IOException;
import java.io.InputStream;

/** Encodes the documents it visits into one run of tokens, in a single pass. */
final class CorpusEncoder implements DocumentVisitor {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int BINARY_PROBE_BYTES = 8192;

  private final TokenMode mode;
  private final Tokenizer tokenizer;
  private final SymbolIds symbolIds;
  private final TokenWriter writer;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final SymbolBlock block = new SymbolBlock(CHUNK_BYTES + 2);
  private int[] ids = new int[CHUNK_BYTES + 2];
  private int documents;
  private int leftOut;

  CorpusEncoder(TokenMode mode, CorpusOptions options, SymbolIds symbolIds, TokenWriter writer) {
    this.mode = mode;
    this.tokenizer = Tokenizer.of(mode, options);
    this.symbolIds = symbolIds;
    this.writer = writer;
  }

  @Override
  public void visit(String name, InputStream bytes, boolean mayBeBinary) throws IOException {
    int length = bytes.readNBytes(chunk, 0, CHUNK_BYTES);
    if (mayBeBinary && mode == TokenMode.CHARS && looksBinary(length)) {
      leftOut++;
      return;
    }
    documents++;
    tokenizer.begin(name);
    while (length > 0) {
      tokenizer.decode(chunk, length, block);
      store(name);
      length = bytes.readNBytes(chunk, 0, CHUNK_BYTES);
    }
    tokenizer.end(block);
    store(name);
  }

  private boolean looksBinary(int length) {
    for (int i = 0; i < Math.min(length, BINARY_PROBE_BYTES); i++) {
      if (chunk[i] == 0) {
        return true;
      }
    }
    return false;
  }

  private void store(String name) {
    if (ids.length < block.count) {
      ids = new int[block.capacity()];
    }
    int count = symbolIds.encode(block, name, ids);
    writer.append(ids, count, symbolIds.size());
  }

  /** Documents encoded. */
  int documents() {
    return documents;
  }

  /** Binary documents left out. */
  int leftOut() {
    return leftOut;
  }

  /** Ill-formed sequences replaced or left out. */
  long invalid() {
    return tokenizer.invalid();
  }
}

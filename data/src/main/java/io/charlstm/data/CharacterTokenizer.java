package io.charlstm.data;

import java.util.Locale;

/**
 * UTF-8 to code points. A byte order mark at the start of a document is dropped; with newline
 * normalisation CRLF and a lone CR become LF, also where a chunk ends between the two.
 */
final class CharacterTokenizer implements Tokenizer {
  private static final int BYTE_ORDER_MARK = 0xFEFF;
  private static final int REPLACEMENT_CHARACTER = 0xFFFD;

  private final InvalidPolicy onInvalid;
  private final boolean normalizeNewlines;
  private final Utf8Automaton automaton = new Utf8Automaton();
  private String document = "";
  private long offset;
  private long sequenceStart;
  private boolean afterCarriageReturn;
  private long invalid;

  CharacterTokenizer(InvalidPolicy onInvalid, boolean normalizeNewlines) {
    this.onInvalid = onInvalid;
    this.normalizeNewlines = normalizeNewlines;
  }

  @Override
  public void begin(String documentName) {
    document = documentName;
    offset = 0;
    afterCarriageReturn = false;
    automaton.reset();
  }

  @Override
  public void decode(byte[] bytes, int length, SymbolBlock out) {
    out.clear(offset);
    for (int i = 0; i < length; i++) {
      int value = bytes[i];
      if (value >= ' ' && !automaton.isPending()) {
        afterCarriageReturn = false;
        out.add(value, i);
      } else {
        accept(value & 0xFF, i, out);
      }
    }
    offset += length;
  }

  private void accept(int value, int index, SymbolBlock out) {
    if (!automaton.isPending()) {
      sequenceStart = offset + index;
    }
    int result = automaton.accept(value);
    if (result == Utf8Automaton.INVALID_PREFIX) {
      illFormed(automaton.lead(), out);
      sequenceStart = offset + index;
      result = automaton.accept(value);
    }
    if (result == Utf8Automaton.INVALID_BYTE) {
      illFormed(value, out);
    } else if (result == 0) {
      nul(out);
    } else if (result != Utf8Automaton.PENDING) {
      add(result, out);
    }
  }

  private void add(int codePoint, SymbolBlock out) {
    if (codePoint == BYTE_ORDER_MARK && sequenceStart == 0) {
      return;
    }
    boolean endsPair = codePoint == '\n' && afterCarriageReturn;
    afterCarriageReturn = codePoint == '\r' && normalizeNewlines;
    if (!endsPair) {
      out.add(afterCarriageReturn ? '\n' : codePoint, (int) (sequenceStart - offset));
    }
  }

  private void illFormed(int firstByte, SymbolBlock out) {
    if (onInvalid == InvalidPolicy.ERROR) {
      throw new CorpusException(
          String.format(
              Locale.ROOT,
              "%s: invalid UTF-8 at byte %d (0x%02X): use --on-invalid replace or skip,"
                  + " or --token-mode bytes",
              document,
              sequenceStart,
              firstByte));
    }
    substitute(out);
  }

  private void nul(SymbolBlock out) {
    if (onInvalid == InvalidPolicy.ERROR) {
      throw new CorpusException(
          document
              + ": NUL at byte "
              + sequenceStart
              + ", so this looks binary: use --token-mode bytes, or --on-invalid replace or skip");
    }
    substitute(out);
  }

  private void substitute(SymbolBlock out) {
    invalid++;
    if (onInvalid == InvalidPolicy.REPLACE) {
      add(REPLACEMENT_CHARACTER, out);
    }
  }

  @Override
  public void end(SymbolBlock out) {
    out.clear(offset);
    if (automaton.isPending()) {
      automaton.reset();
      illFormed(automaton.lead(), out);
    }
  }

  @Override
  public long invalid() {
    return invalid;
  }
}

package io.charlstm.data;

/**
 * Strict UTF-8, one byte at a time, after the table of well-formed byte sequences in the Unicode
 * standard (section 3.9): no overlong forms, no surrogates, nothing above U+10FFFF. An ill-formed
 * sequence ends before the first byte that cannot continue it, so each is a maximal subpart.
 */
final class Utf8Automaton {
  /** The sequence goes on. */
  static final int PENDING = -1;

  /** The byte just taken cannot begin a sequence. */
  static final int INVALID_BYTE = -2;

  /** The bytes before the one just seen are ill-formed; it was not taken, so offer it again. */
  static final int INVALID_PREFIX = -3;

  private int needed;
  private int codePoint;
  private int lowest;
  private int highest;
  private int lead;

  /** Takes a byte (0 to 255): a code point once complete, or one of the negative answers. */
  int accept(int value) {
    if (needed == 0) {
      return value < 0x80 ? value : begin(value);
    }
    if (value < lowest || value > highest) {
      needed = 0;
      return INVALID_PREFIX;
    }
    lowest = 0x80;
    highest = 0xBF;
    codePoint = codePoint << 6 | (value & 0x3F);
    needed--;
    return needed == 0 ? codePoint : PENDING;
  }

  private int begin(int value) {
    lead = value;
    lowest = 0x80;
    highest = 0xBF;
    if (value >= 0xC2 && value <= 0xDF) {
      needed = 1;
      codePoint = value & 0x1F;
    } else if (value >= 0xE0 && value <= 0xEF) {
      needed = 2;
      codePoint = value & 0x0F;
      lowest = value == 0xE0 ? 0xA0 : lowest;
      highest = value == 0xED ? 0x9F : highest;
    } else if (value >= 0xF0 && value <= 0xF4) {
      needed = 3;
      codePoint = value & 0x07;
      lowest = value == 0xF0 ? 0x90 : lowest;
      highest = value == 0xF4 ? 0x8F : highest;
    } else {
      return INVALID_BYTE;
    }
    return PENDING;
  }

  /** Whether a sequence has begun and is not complete. */
  boolean isPending() {
    return needed != 0;
  }

  /** The byte that began the latest sequence of more than one byte. */
  int lead() {
    return lead;
  }

  void reset() {
    needed = 0;
  }
}

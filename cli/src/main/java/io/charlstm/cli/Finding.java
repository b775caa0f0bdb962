package io.charlstm.cli;

/**
 * One thing {@code doctor} looked at.
 *
 * @param name what, as a key
 * @param good whether it is as it should be
 * @param detail what was found
 * @param cure what to do about it; empty when there is nothing to do
 */
record Finding(String name, boolean good, String detail, String cure) {
  static Finding good(String name, String detail) {
    return new Finding(name, true, detail, "");
  }

  static Finding bad(String name, String detail, String cure) {
    return new Finding(name, false, detail, cure);
  }
}

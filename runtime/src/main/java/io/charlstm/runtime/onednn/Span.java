package io.charlstm.runtime.onednn;

/**
 * Some consecutive columns, hidden units or steps.
 *
 * @param first the first of them
 * @param count how many, 0 allowed
 */
record Span(int first, int count) {

  /** One part of n columns, in whole cache lines as far as n has them. */
  static Span ofColumns(int n, int part, int parts) {
    int first = (int) Columns.begin(n, part, parts);
    return new Span(first, (int) Columns.end(n, part, parts) - first);
  }

  /** One part of n in equal parts, the last ones smaller or empty. */
  static Span ofSteps(int n, int part, int parts) {
    int most = Math.ceilDiv(n, parts);
    int first = Math.min(n, part * most);
    return new Span(first, Math.min(n - first, most));
  }

  /** After the last of them. */
  int end() {
    return first + count;
  }
}

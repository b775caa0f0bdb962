package io.charlstm.sampler;

import java.util.List;

/**
 * Watches a stream of text for stop texts. Characters that may yet turn out to begin a stop text
 * are held back. Works character by character, so what comes out does not depend on how the text is
 * cut into pieces.
 */
final class StopMatcher {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();

  /** How many of the held characters were given out by {@link #flush} already. */
  private int givenOut;

  private boolean stopped;

  StopMatcher(List<String> stops) {
    this.stops = stops;
  }

  boolean stopped() {
    return stopped;
  }

  void reset() {
    held.setLength(0);
    givenOut = 0;
    stopped = false;
  }

  /** Takes characters up to the first stop text; appends those that are certain to {@code out}. */
  void accept(CharSequence text, StringBuilder out) {
    for (int i = 0; i < text.length() && !stopped; i++) {
      held.append(text.charAt(i));
      int stop = completedStop();
      stopped = stop > 0;
      release(stopped ? held.length() - stop : held.length() - undecided(), out);
    }
  }

  /**
   * Gives out what is held back, as no more text is asked for now. A stop text that goes on later
   * is still recognised, though its beginning has been given out.
   */
  void flush(StringBuilder out) {
    if (!stopped && givenOut < held.length()) {
      out.append(held, givenOut, held.length());
      givenOut = held.length();
    }
  }

  private void release(int count, StringBuilder out) {
    if (givenOut < count) {
      out.append(held, givenOut, count);
    }
    held.delete(0, count);
    givenOut = Math.max(0, givenOut - count);
  }

  /** Length of the longest stop text at the end of what is held, or 0. */
  private int completedStop() {
    int longest = 0;
    for (String stop : stops) {
      if (stop.length() > longest && endsWith(stop, stop.length())) {
        longest = stop.length();
      }
    }
    return longest;
  }

  /** Length of the longest beginning of a stop text at the end of what is held. */
  private int undecided() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (endsWith(stop, length)) {
          longest = length;
        }
      }
    }
    return longest;
  }

  private boolean endsWith(String stop, int length) {
    int from = held.length() - length;
    if (from < 0) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (held.charAt(from + i) != stop.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}

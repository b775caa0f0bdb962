package io.charlstm.cli;

import java.util.Map;

/**
 * One thing {@code doctor} looked at.
 *
 * @param name what, as a key
 * @param state whether it is as it should be
 * @param detail what was found
 * @param cure what to do about it; empty when there is nothing to do
 * @param facts what {@code detail} says, one by one, for programs
 */
record Finding(String name, State state, String detail, String cure, Map<String, String> facts) {
  /** How a thing is. */
  enum State {
    /** As it should be. */
    GOOD,
    /** Not there, and training can do without it. */
    ABSENT,
    /** Not there or not usable, and nothing works without it. */
    BAD
  }

  static Finding good(String name, String detail) {
    return new Finding(name, State.GOOD, detail, "", Map.of());
  }

  static Finding absent(String name, String detail, String cure) {
    return new Finding(name, State.ABSENT, detail, cure, Map.of());
  }

  Finding withFacts(Map<String, String> more) {
    return new Finding(name, state, detail, cure, more);
  }

  static Finding bad(String name, String detail, String cure) {
    return new Finding(name, State.BAD, detail, cure, Map.of());
  }
}

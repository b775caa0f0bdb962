package io.charlstm.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Enum constants as the lower-case words of configurations. */
final class Words {
  private Words() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> E parse(Class<E> type, String what, String word) {
    for (E constant : type.getEnumConstants()) {
      if (of(constant).equals(word)) {
        return constant;
      }
    }
    String known =
        Arrays.stream(type.getEnumConstants()).map(Words::of).collect(Collectors.joining(", "));
    throw new CorpusException(what + " is one of " + known + ", not '" + word + "'");
  }
}

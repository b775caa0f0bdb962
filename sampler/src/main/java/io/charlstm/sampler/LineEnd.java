package io.charlstm.sampler;

import io.charlstm.data.TokenMode;
import java.util.Map;

/**
 * The symbol that ends a line of a model's text, and what is done about it.
 *
 * @param token its id; -1 when there is none, or it is like any other
 * @param written whether it is part of the text
 * @param restarts whether the stream goes on from zero state; else it ends
 */
record LineEnd(int token, boolean written, boolean restarts) {
  private static final LineEnd NONE = new LineEnd(-1, true, false);

  static LineEnd of(ModelSpec spec, AtEnd choice) {
    boolean lines = "lines".equals(spec.config().get("batching"));
    AtEnd resolved = choice != AtEnd.AUTO ? choice : lines ? AtEnd.RESTART : AtEnd.WRITE;
    int extra = extraSymbol(spec);
    int token = extra >= 0 || !lines ? extra : spec.vocabulary().idOf('\n');
    return resolved == AtEnd.WRITE || token < 0
        ? NONE
        : new LineEnd(token, extra < 0, resolved == AtEnd.RESTART);
  }

  /** Id of the model's extra symbol, or -1. */
  static int extraSymbol(ModelSpec spec) {
    Map<String, Object> config = spec.config();
    return spec.vocabulary().mode() == TokenMode.CHARS
            && config.get("extra_symbol") instanceof String symbol
            && !symbol.isEmpty()
        ? spec.vocabulary().idOf(symbol.codePointAt(0))
        : -1;
  }

  boolean isNone() {
    return token < 0;
  }
}

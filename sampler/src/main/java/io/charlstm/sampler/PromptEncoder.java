package io.charlstm.sampler;

import io.charlstm.data.EncodedText;
import io.charlstm.data.TokenMode;
import io.charlstm.data.UnseenPolicy;
import io.charlstm.data.Vocabulary;
import java.util.SplittableRandom;

/** Prompts to tokens, by the rules by which the model's corpus became tokens. */
final class PromptEncoder {
  private final Vocabulary vocabulary;
  private final UnseenPolicy onUnseen;
  private final boolean normalizeNewlines;
  private final int extraSymbol;
  private long unseen;

  PromptEncoder(ModelSpec spec, UnseenPolicy onUnseen) {
    vocabulary = spec.vocabulary();
    this.onUnseen = onUnseen;
    extraSymbol = LineEnd.extraSymbol(spec);
    normalizeNewlines =
        vocabulary.mode() == TokenMode.CHARS
            && !Boolean.FALSE.equals(spec.config().get("normalize_newlines"));
  }

  /**
   * Token ids of a prompt.
   *
   * @throws io.charlstm.data.CorpusException when a character is unseen and that is an error
   */
  int[] encode(String prompt) {
    EncodedText encoded = vocabulary.encode(normalized(prompt), onUnseen);
    unseen += encoded.unseen();
    return encoded.ids();
  }

  private String normalized(String prompt) {
    return normalizeNewlines ? prompt.replace("\r\n", "\n").replace('\r', '\n') : prompt;
  }

  /**
   * What stands in for an empty prompt, as a network needs a token before it can draw one: the line
   * feed, after which texts begin most naturally, or id 0 where there is none.
   */
  int startToken() {
    return Math.max(0, vocabulary.idOf('\n'));
  }

  /**
   * A token drawn from a seed, each equally likely but for the extra symbol, which starts nothing.
   */
  int randomToken(long seed) {
    boolean lacking = extraSymbol >= 0 && vocabulary.size() > 1;
    SplittableRandom random = new SplittableRandom(seed);
    int token = random.nextInt(lacking ? vocabulary.size() - 1 : vocabulary.size());
    return lacking && token >= extraSymbol ? token + 1 : token;
  }

  /** Characters so far that the vocabulary lacks, replaced or skipped. */
  long unseen() {
    return unseen;
  }

  void clearUnseen() {
    unseen = 0;
  }
}

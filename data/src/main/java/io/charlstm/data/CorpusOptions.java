package io.charlstm.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * How text becomes tokens.
 *
 * @param mode what a token stands for
 * @param onInvalid what happens to ill-formed UTF-8 and NUL characters (characters only)
 * @param normalizeNewlines whether CRLF and a lone CR become LF (characters only)
 * @param cleaning what the text runs through first (characters only)
 * @param extraSymbols characters that a vocabulary built from the text holds besides those of the
 *     text; of no account with bytes or a known vocabulary
 * @param temporaryFolder where encoded tokens go that are too many to stay in memory
 * @param memoryLimitBytes up to how many bytes encoded tokens stay in memory
 */
public record CorpusOptions(
    TokenMode mode,
    InvalidPolicy onInvalid,
    boolean normalizeNewlines,
    Cleaning cleaning,
    String extraSymbols,
    Path temporaryFolder,
    long memoryLimitBytes) {

  private static final long DEFAULT_MEMORY_LIMIT_BYTES = 64L << 20;

  /**
   * Checks the options together.
   *
   * @throws CorpusException when bytes are to be cleaned
   */
  public CorpusOptions {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(onInvalid, "onInvalid");
    Objects.requireNonNull(extraSymbols, "extraSymbols");
    Objects.requireNonNull(temporaryFolder, "temporaryFolder");
    if (memoryLimitBytes < 0) {
      throw new IllegalArgumentException("memory limit of " + memoryLimitBytes + " bytes");
    }
    if (mode == TokenMode.BYTES && !cleaning.isNone()) {
      throw new CorpusException("clean: cleaners work on characters, not with token_mode bytes");
    }
  }

  /**
   * Tokens that beyond 64 MiB go to the folder for temporary files.
   *
   * @param mode what a token stands for
   * @param onInvalid what happens to ill-formed UTF-8 and NUL characters
   * @param normalizeNewlines whether CRLF and a lone CR become LF
   */
  public CorpusOptions(TokenMode mode, InvalidPolicy onInvalid, boolean normalizeNewlines) {
    this(
        mode,
        onInvalid,
        normalizeNewlines,
        Cleaning.NONE,
        "",
        Path.of(System.getProperty("java.io.tmpdir")),
        DEFAULT_MEMORY_LIMIT_BYTES);
  }

  /** Characters, an error on invalid text, newlines normalised. */
  public static CorpusOptions defaults() {
    return new CorpusOptions(TokenMode.CHARS, InvalidPolicy.ERROR, true);
  }

  public CorpusOptions withMode(TokenMode value) {
    return new CorpusOptions(
        value,
        onInvalid,
        normalizeNewlines,
        cleaning,
        extraSymbols,
        temporaryFolder,
        memoryLimitBytes);
  }

  public CorpusOptions withOnInvalid(InvalidPolicy value) {
    return new CorpusOptions(
        mode, value, normalizeNewlines, cleaning, extraSymbols, temporaryFolder, memoryLimitBytes);
  }

  public CorpusOptions withNormalizeNewlines(boolean value) {
    return new CorpusOptions(
        mode, onInvalid, value, cleaning, extraSymbols, temporaryFolder, memoryLimitBytes);
  }

  public CorpusOptions withCleaning(Cleaning value) {
    return new CorpusOptions(
        mode, onInvalid, normalizeNewlines, value, extraSymbols, temporaryFolder, memoryLimitBytes);
  }

  public CorpusOptions withExtraSymbols(String value) {
    return new CorpusOptions(
        mode, onInvalid, normalizeNewlines, cleaning, value, temporaryFolder, memoryLimitBytes);
  }

  /** Where and from which size on encoded tokens are kept in a temporary file. */
  public CorpusOptions withTemporaryFile(Path folder, long beyondBytes) {
    return new CorpusOptions(
        mode, onInvalid, normalizeNewlines, cleaning, extraSymbols, folder, beyondBytes);
  }
}

package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Encoded text. The tokens are a private copy, in memory or in a mapped temporary file, so a source
 * that changes later does no harm, and a corpus may exceed memory and 2 GiB. {@link #close()} frees
 * the copy; its token sequences must not be read after that.
 */
public final class Corpus implements AutoCloseable {
  private static final int MINIMUM_CHARACTERS = 2;
  private static final long DIGEST_BLOCK_BYTES = 1 << 26;

  private final String name;
  private final Vocabulary vocabulary;
  private final TokenWriter storage;
  private final StoredTokens tokens;
  private final CorpusCounts counts;
  private String sha256;

  private Corpus(
      String name,
      Vocabulary vocabulary,
      TokenWriter storage,
      StoredTokens tokens,
      CorpusCounts counts) {
    this.name = name;
    this.vocabulary = vocabulary;
    this.storage = storage;
    this.tokens = tokens;
    this.counts = counts;
  }

  /**
   * Reads a source once and builds its vocabulary: the characters that occur and the options' extra
   * symbols, sorted by code point, or the 256 byte values.
   *
   * @throws CorpusException when the source cannot be read, is invalid under the options' policy,
   *     or has fewer than two characters
   */
  public static Corpus open(CorpusSource source, CorpusOptions options) {
    if (options.mode() == TokenMode.BYTES) {
      return open(source, options, Vocabulary.bytes(), UnseenPolicy.ERROR);
    }
    TokenWriter storage = new TokenWriter(options);
    try {
      GrowingSymbolIds symbolIds = new GrowingSymbolIds();
      CorpusEncoder encoder = new CorpusEncoder(options.mode(), options, symbolIds, storage);
      SourceReader.read(source, encoder);
      requireEnough(source, storage, 0);
      Vocabulary vocabulary =
          Vocabulary.ofCodePoints(withExtra(symbolIds.sortedSymbols(), options.extraSymbols()));
      storage.remap(symbolIds.idsIn(vocabulary));
      return new Corpus(
          source.description(), vocabulary, storage, storage.freeze(), CorpusCounts.of(encoder, 0));
    } catch (RuntimeException | Error e) {
      closeAfter(e, storage);
      throw e;
    }
  }

  /**
   * Reads a source once with the vocabulary of a model, whose token mode overrides the options'.
   *
   * @throws CorpusException as {@link #open(CorpusSource, CorpusOptions)}, and with {@link
   *     UnseenPolicy#ERROR} when a character is unseen
   */
  public static Corpus open(
      CorpusSource source, CorpusOptions options, Vocabulary known, UnseenPolicy unseenPolicy) {
    TokenWriter storage = new TokenWriter(options);
    try {
      KnownSymbolIds symbolIds = new KnownSymbolIds(known, unseenPolicy);
      CorpusEncoder encoder = new CorpusEncoder(known.mode(), options, symbolIds, storage);
      SourceReader.read(source, encoder);
      symbolIds.finish();
      requireEnough(source, storage, symbolIds.unseen());
      return new Corpus(
          source.description(),
          known,
          storage,
          storage.freeze(),
          CorpusCounts.of(encoder, symbolIds.unseen()));
    } catch (RuntimeException | Error e) {
      closeAfter(e, storage);
      throw e;
    }
  }

  private static int[] withExtra(int[] symbols, String extra) {
    return IntStream.concat(IntStream.of(symbols), extra.codePoints())
        .sorted()
        .distinct()
        .toArray();
  }

  private static void requireEnough(CorpusSource source, TokenWriter storage, long unseen) {
    if (storage.size() < MINIMUM_CHARACTERS) {
      String size = storage.size() == 0 ? "is empty" : "has only " + storage.size() + " character";
      String note = unseen == 0 ? "" : " besides " + unseen + " unseen";
      throw new CorpusException(
          source.description() + ": " + size + note + ": a corpus needs at least 2 characters");
    }
  }

  private static void closeAfter(Throwable failure, TokenWriter storage) {
    try {
      storage.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** All tokens, in order. */
  public TokenSequence tokens() {
    return tokens;
  }

  /** How many tokens there are: characters, or bytes with a byte vocabulary. */
  public long characters() {
    return tokens.size();
  }

  /** How many characters the known vocabulary lacked; 0 when it was built from this corpus. */
  public long unseen() {
    return counts.unseen();
  }

  /** How many documents there were, binary documents left out, and ill-formed sequences. */
  public CorpusCounts counts() {
    return counts;
  }

  /** Bytes of the encoded tokens. */
  public long storedBytes() {
    return tokens.segment().byteSize();
  }

  /** Whether the encoded tokens are in a temporary file rather than in memory. */
  public boolean isMapped() {
    return storage.isFile();
  }

  /**
   * SHA-256 of the encoded tokens in lower-case hexadecimal: equal for an equal text and
   * vocabulary. Computed on the first call, which reads them all.
   */
  public synchronized String sha256() {
    if (sha256 == null) {
      sha256 = digest(tokens.segment());
    }
    return sha256;
  }

  private static String digest(MemorySegment bytes) {
    MessageDigest digest = Sha256.newDigest();
    for (long from = 0; from < bytes.byteSize(); from += DIGEST_BLOCK_BYTES) {
      long length = Math.min(DIGEST_BLOCK_BYTES, bytes.byteSize() - from);
      digest.update(bytes.asSlice(from, length).asByteBuffer());
    }
    return Sha256.hex(digest);
  }

  /** What was read, in one line: source, size, vocabulary, and what was changed or left out. */
  public String description() {
    String unit = vocabulary.mode() == TokenMode.BYTES ? "bytes" : "characters";
    return String.format(Locale.ROOT, "%s: %,d %s", name, characters(), unit)
        + counts.description()
        + ", vocabulary of "
        + vocabulary;
  }

  /** Frees the encoded tokens. */
  @Override
  public void close() {
    storage.close();
  }
}

package io.charlstm.sampler;

import io.charlstm.runtime.StepDecoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Writes text with a model: N independent streams that carry their state on from call to call. What
 * a stream writes depends on the model, the prompt, the sampling and its seed only: not on the
 * other streams, nor on how much is asked for at a time. Stream 0 of N writes what a single stream
 * of the same seed writes.
 *
 * <p>Lengths count tokens: characters, or bytes where the model's tokens are bytes (bytes that end
 * inside a character are kept for the next call). A stream ends for good when it writes a stop
 * text; its output ends right before it. At a symbol that ends a line it does what {@link AtEnd}
 * says; drawing it counts as a token, written or not. Without a prompt the text starts as after
 * {@code prompt("")}.
 *
 * <p>One thread at a time; several generators of one model may run in several threads.
 */
public final class TextGenerator implements AutoCloseable {
  private final CharModel model;
  private final Sampling sampling;
  private final long seed;
  private final PromptEncoder prompts;
  private final StepDecoder decoder;
  private final List<StreamText> texts = new ArrayList<>();
  private final int[] fed;
  private final int[] drawn;
  private final LineEnd lineEnd;
  private final Restarts restarts;
  private final boolean singly;
  private boolean started;
  private boolean closed;

  private TextGenerator(CharModel model, Sampling sampling, int streams) {
    this.model = model;
    this.sampling = sampling;
    seed = sampling.randomSeed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
    prompts = new PromptEncoder(model.spec(), sampling.onUnseen());
    for (int i = 0; i < streams; i++) {
      texts.add(new StreamText(model.vocabulary(), sampling.stops()));
    }
    lineEnd = LineEnd.of(model.spec(), sampling.atEnd());
    // One stream with stop texts draws singly, so that its state ends at the stop text, too; so do
    // streams that may go on from zero state.
    singly = (streams == 1 && !sampling.stops().isEmpty()) || !lineEnd.isNone();
    fed = new int[streams];
    drawn = new int[streams];
    decoder = model.createDecoder(streams);
    restarts = new Restarts(decoder, streams);
  }

  /** A generator of one text. */
  public static TextGenerator of(CharModel model, Sampling sampling) {
    return of(model, sampling, 1);
  }

  /**
   * A generator of several texts at once.
   *
   * @param streams number of texts, at least 1
   */
  public static TextGenerator of(CharModel model, Sampling sampling, int streams) {
    if (streams < 1) {
      throw new IllegalArgumentException("there must be at least one stream: " + streams);
    }
    return new TextGenerator(model, sampling, streams);
  }

  public int streams() {
    return texts.size();
  }

  /** The seed in use; when none was given, the one that repeats these texts. */
  public long seed() {
    return seed;
  }

  /** Characters of the prompts since the last new text that the model does not know. */
  public long unseen() {
    return prompts.unseen();
  }

  /** Whether a stream has come to a stop text. */
  public boolean stopped(int stream) {
    return texts.get(stream).stopped();
  }

  /**
   * Starts a new text in every stream, from zero state and from the seed. An empty prompt makes it
   * start as at the beginning of a line.
   *
   * @throws io.charlstm.data.CorpusException when the model does not know a character and {@link
   *     Sampling#onUnseen} makes that an error; the generator then is as it was
   */
  public void prompt(String prompt) {
    prompt(Collections.nCopies(streams(), prompt));
  }

  /**
   * Starts a new text in every stream, with a character drawn from the seed, all of the vocabulary
   * being equally likely.
   *
   * @return the character of each stream, which its output does not repeat
   */
  public List<String> promptRandom() {
    List<String> starts = new ArrayList<>();
    List<int[]> tokens = new ArrayList<>();
    for (int stream = 0; stream < streams(); stream++) {
      int token = prompts.randomToken(StreamSeeds.of(seed, stream));
      tokens.add(new int[] {token});
      starts.add(model.vocabulary().decode(token));
    }
    requireOpen();
    prompts.clearUnseen();
    begin(tokens);
    return starts;
  }

  /** Starts a new text in every stream, each with a prompt of its own. */
  public void prompt(List<String> promptOfEach) {
    if (promptOfEach.size() != streams()) {
      throw new IllegalArgumentException(
          promptOfEach.size() + " prompts for " + streams() + " streams");
    }
    requireOpen();
    prompts.clearUnseen();
    List<int[]> tokens = new ArrayList<>();
    for (String prompt : promptOfEach) {
      int[] ids = prompts.encode(prompt);
      tokens.add(ids.length == 0 ? new int[] {prompts.startToken()} : ids);
    }
    begin(tokens);
  }

  private void begin(List<int[]> tokens) {
    for (int stream = 0; stream < streams(); stream++) {
      texts.get(stream).restart();
      decoder.reset(stream, StreamSeeds.of(seed, stream));
      restarts.begin(stream, StreamSeeds.of(seed, stream));
    }
    feedAll(tokens);
    started = true;
  }

  /**
   * Goes on with given text in every stream, after what was written so far; a single stream that
   * has stopped goes on, too.
   *
   * @throws IllegalStateException when one of several streams has stopped
   */
  public void feed(String text) {
    start();
    if (streams() > 1 && texts.stream().anyMatch(StreamText::stopped)) {
      throw new IllegalStateException("a stream has stopped; start anew with prompt()");
    }
    int[] tokens = prompts.encode(text);
    texts.forEach(StreamText::restart);
    feedAll(Collections.nCopies(streams(), tokens));
  }

  private void feedAll(List<int[]> tokens) {
    int longest = tokens.stream().mapToInt(ids -> ids.length).max().orElse(0);
    for (int t = 0; t < longest; t++) {
      for (int stream = 0; stream < fed.length; stream++) {
        int[] ids = tokens.get(stream);
        fed[stream] = t < ids.length ? ids[t] : StepDecoder.IDLE;
      }
      decoder.feed(fed);
    }
    for (int stream = 0; stream < fed.length; stream++) {
      int[] ids = tokens.get(stream);
      if (ids.length > 0) {
        restarts.wrote(stream, ids[ids.length - 1]);
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the generator is closed");
    }
  }

  private void start() {
    requireOpen();
    if (!started) {
      prompt("");
    }
  }

  /**
   * Goes on with the only text.
   *
   * @param length tokens to draw; less text comes when it stops
   * @throws IllegalStateException when there are several streams
   */
  public String generate(int length) {
    requireSingle();
    return generateAll(length).getFirst();
  }

  /** Goes on with every text; the result has one for each stream. */
  public List<String> generateAll(int length) {
    List<StringBuilder> results = new ArrayList<>();
    texts.forEach(_ -> results.add(new StringBuilder()));
    generate(length, (stream, text) -> results.get(stream).append(text));
    return results.stream().map(StringBuilder::toString).toList();
  }

  /**
   * Goes on with every text and hands it out piece by piece.
   *
   * @param length tokens to draw for each stream; the call ends early when all have stopped
   */
  public void generate(int length, TextConsumer consumer) {
    if (length < 0) {
      throw new IllegalArgumentException("the length must not be negative: " + length);
    }
    start();
    if (singly) {
      for (int left = length; left > 0 && !allStopped(); left--) {
        drawOne();
        handOut(consumer);
      }
    } else if (!allStopped()) {
      decoder.stream(
          length,
          sampling.config(),
          (tokens, steps) -> {
            accept(tokens, steps);
            handOut(consumer);
            return !allStopped();
          });
    }
    texts.forEach(StreamText::flush);
    handOut(consumer);
  }

  /**
   * The only text as code points, drawn one by one as they are asked for; endless unless it comes
   * to a stop text.
   *
   * @throws IllegalStateException when there are several streams
   */
  public IntStream stream() {
    requireSingle();
    return StreamSupport.intStream(new CodePoints(), false);
  }

  private void requireSingle() {
    if (streams() > 1) {
      throw new IllegalStateException(
          "there are " + streams() + " streams; use generateAll or a TextConsumer");
    }
  }

  private void drawOne() {
    decoder.generate(1, sampling.config(), drawn);
    accept(drawn, 1);
  }

  private void accept(int[] tokens, int steps) {
    int streams = streams();
    for (int stream = 0; stream < streams; stream++) {
      for (int t = 0; t < steps; t++) {
        accept(stream, tokens[t * streams + stream]);
      }
    }
  }

  private void accept(int stream, int token) {
    StreamText text = texts.get(stream);
    if (token != lineEnd.token()) {
      text.accept(token);
      restarts.wrote(stream, token);
      return;
    }
    if (lineEnd.written() && !text.stopped()) {
      text.accept(token);
      restarts.wrote(stream, token);
    }
    if (text.stopped()) {
      return;
    }
    if (!lineEnd.restarts() || restarts.restart(stream)) {
      text.end();
    }
  }

  private void handOut(TextConsumer consumer) {
    for (int stream = 0; stream < texts.size(); stream++) {
      StreamText text = texts.get(stream);
      if (!text.isEmpty()) {
        consumer.accept(stream, text.takeText());
      }
    }
  }

  private boolean allStopped() {
    return texts.stream().allMatch(StreamText::stopped);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      model.close(decoder);
    }
  }

  /** Draws only when a code point is asked for and none is ready. */
  private final class CodePoints extends Spliterators.AbstractIntSpliterator {
    CodePoints() {
      super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    }

    @Override
    public boolean tryAdvance(IntConsumer action) {
      start();
      StreamText text = texts.getFirst();
      while (text.isEmpty() && !text.stopped()) {
        drawOne();
      }
      if (text.isEmpty()) {
        return false;
      }
      action.accept(text.takeCodePoint());
      return true;
    }
  }
}

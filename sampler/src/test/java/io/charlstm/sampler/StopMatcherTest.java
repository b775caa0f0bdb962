package io.charlstm.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopMatcherTest {

  @ParameterizedTest
  @CsvSource({
    "abab, ab, ''",
    "aab, ab, a",
    "aaab, aab, a",
    "xababc, ababc, x",
    "abxabaabc, abc, abxaba",
    "hello, zz, hello",
    "xabc, b|abc, xa",
    "xab, ab|xab, ''",
    "one two, two|ne t, o",
  })
  void outputEndsBeforeTheFirstCompletedStopText(String text, String stops, String expected) {
    List<String> list = List.of(stops.split("\\|"));
    StringBuilder out = new StringBuilder();
    StopMatcher matcher = new StopMatcher(list);
    matcher.accept(text, out);
    matcher.flush(out);

    assertThat(out).hasToString(expected);
    assertThat(matcher.stopped()).isEqualTo(!expected.equals(text));
  }

  @Test
  void piecesAndFlushesDoNotChangeWhereItStops() {
    SplittableRandom random = new SplittableRandom(17);
    for (int round = 0; round < 2_000; round++) {
      String text = letters(random, random.nextInt(30));
      List<String> stops =
          List.of(letters(random, 1 + random.nextInt(4)), letters(random, 2 + random.nextInt(3)));
      StringBuilder whole = new StringBuilder();
      StopMatcher atOnce = new StopMatcher(stops);
      atOnce.accept(text, whole);
      atOnce.flush(whole);

      StringBuilder pieced = new StringBuilder();
      StringBuilder flushed = new StringBuilder();
      StopMatcher inPieces = new StopMatcher(stops);
      StopMatcher withFlushes = new StopMatcher(stops);
      for (int i = 0; i < text.length(); i++) {
        inPieces.accept(text.substring(i, i + 1), pieced);
        withFlushes.accept(text.substring(i, i + 1), flushed);
        withFlushes.flush(flushed);
      }
      inPieces.flush(pieced);

      String what = text + " stopped by " + stops;
      assertThat(whole).as(what).hasToString(expected(text, stops));
      assertThat(pieced).as(what).hasToString(whole.toString());
      assertThat(withFlushes.stopped()).as(what).isEqualTo(atOnce.stopped());
      assertThat(text).as(what).startsWith(flushed.toString());
    }
  }

  /** By definition: cut at the stop text that is complete first, the longest if several are. */
  private static String expected(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      int longest = 0;
      for (String stop : stops) {
        if (text.substring(0, end).endsWith(stop)) {
          longest = Math.max(longest, stop.length());
        }
      }
      if (longest > 0) {
        return text.substring(0, end - longest);
      }
    }
    return text;
  }

  private static String letters(SplittableRandom random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }
}

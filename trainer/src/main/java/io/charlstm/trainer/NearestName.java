package io.charlstm.trainer;

import java.util.Collection;
import java.util.Optional;

/** Finds the name someone probably meant. */
final class NearestName {
  private NearestName() {}

  /** The closest of the known names when it is close enough to be a slip of the keyboard. */
  static Optional<String> of(String typed, Collection<String> known) {
    String best = null;
    int bestDistance = Math.max(2, typed.length() / 3) + 1;
    for (String name : known) {
      int distance = distance(typed.replace('-', '_'), name);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = name;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code "; did you mean X?"} or nothing. */
  static String hint(String typed, Collection<String> known) {
    return of(typed, known).map(name -> "; did you mean " + name + "?").orElse("");
  }

  /** Optimal string alignment distance: insertions, deletions, replacements and neighbour swaps. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}

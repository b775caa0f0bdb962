#!/usr/bin/env bash
# Usage: scripts/check-sources.sh
# Checks what no compiler does: the length of files and methods, and words that don't belong in the
# project. Relies on google-java-format's indentation. Generated sources are left out.
set -euo pipefail
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

longest_file=400
longest_method=60
failures=0

report() {
  printf 'check-sources: %s\n' "$1" >&2
  failures=$((failures + 1))
}

java_sources() {
  find . -path '*/src/generated' -prune -o -path '*/target' -prune -o -name '*.java' -print
}

while IFS= read -r file; do
  lines=$(wc -l <"$file")
  ((lines <= longest_file)) || report "$file has $lines lines, more than $longest_file"
done < <(java_sources)

# A member starts at an indentation of 2 or 4 with a line that has a parenthesis, and ends at the
# closing brace of the same indentation.
while IFS= read -r line; do
  report "$line"
done < <(
  java_sources | while IFS= read -r file; do
    awk -v file="$file" -v longest="$longest_method" '
      function finish(indent) {
        if (start[indent] && NR - start[indent] + 1 > longest)
          print file ":" start[indent] ": a method of " NR - start[indent] + 1 " lines, more than " longest
        start[indent] = 0
      }
      /^  }/ { finish(2) }
      /^    }/ { finish(4) }
      /^  [A-Za-z<].*\(/ && !/;$/ && !/ (class|record|enum|interface) / { start[2] = NR }
      /^    (public|private|protected|static|final|[A-Z])[A-Za-z<>\[\], ?]* [a-z][A-Za-z0-9]*\(.*\{$/ { start[4] = NR }
    ' "$file"
  done
)

while IFS= read -r line; do
  report "does not belong in the project: $line"
done < <(git grep -nIE 'TODO|FIXME|XXX|@author|/root/' -- \
  ':!scripts/check-sources.sh' ':!*/src/generated/*' ':!LICENSE' || true)

((failures == 0)) || exit 1
echo "check-sources: files and methods are short enough, no stray words"

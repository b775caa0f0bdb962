#!/bin/sh
# Usage: check-fresh.sh [LIBRARY ...]
# Fails when the committed classes differ from what jextract generates now. Headers: see
# regenerate.sh. Skipped without jextract; a library whose headers are absent is skipped too.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${JEXTRACT:-$(command -v jextract || true)}" ]; then
  echo "check-fresh.sh: skipped, no jextract on the PATH or in JEXTRACT"
  exit 0
fi
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
"$here/regenerate.sh" -o "$fresh" "$@"
status=0
for folder in "$fresh"/io/charlstm/bindings/gen/*; do
  library=$(basename "$folder")
  if diff -r "$folder" "$here/../src/generated/java/io/charlstm/bindings/gen/$library"; then
    echo "check-fresh.sh: the generated classes of $library are fresh"
  else
    echo "check-fresh.sh: the classes of $library differ; run regenerate.sh and commit" >&2
    status=1
  fi
done
exit $status

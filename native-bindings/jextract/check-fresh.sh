#!/bin/sh
# Usage: check-fresh.sh [INCLUDE_DIR]
# Fails when the committed classes differ from what jextract generates now; skipped without jextract.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${JEXTRACT:-$(command -v jextract || true)}" ]; then
  echo "check-fresh.sh: skipped, no jextract on the PATH or in JEXTRACT"
  exit 0
fi
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
"$here/regenerate.sh" "${1:-}" "$fresh"
if diff -r "$fresh/io/charlstm/bindings/gen" "$here/../src/generated/java/io/charlstm/bindings/gen"; then
  echo "check-fresh.sh: the generated classes are fresh"
else
  echo "check-fresh.sh: the generated classes differ; run regenerate.sh and commit" >&2
  exit 1
fi

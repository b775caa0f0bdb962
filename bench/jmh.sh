#!/usr/bin/env bash
# JMH benchmarks of the parts; results go to bench/target/jmh.json.
# Usage: bench/jmh.sh [REGEX] [JMH options, such as -p preset=mxnet-obama -wi 5]
# Without options: one fork, 2 warm-up and 3 measured iterations of half a second.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
regex=.
if [[ $# -gt 0 && $1 != -* ]]; then
  regex=$1
  shift
fi
build_bench
run_bench org.openjdk.jmh.Main -f 1 -wi 2 -w 500ms -i 3 -r 500ms -rf json -rff bench/target/jmh.json \
  "$@" "$regex"

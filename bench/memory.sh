#!/usr/bin/env bash
# Collections, allocation and peak memory of training and sampling, and the collections of the
# program's own commands; keeps bench/results/memory.csv.
# Usage: bench/memory.sh [seconds] [threads] [precision] [presets...]
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
build_bench
./charlstm doctor >/dev/null # builds the program when needed
note_machine
CHARLSTM_NO_BUILD=1 run_bench io.charlstm.bench.footprint.MemoryBench \
  "$results" "${1:-15}" "${2:-$(nproc)}" "${3:-fp32}" ./charlstm "${@:4}"

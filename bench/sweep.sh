#!/usr/bin/env bash
# Speed against hidden size and batch size, beside libtorch; keeps bench/results/sweep.csv.
# Usage: bench/sweep.sh [rounds] [seconds] [threads]
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
build_bench
note_machine
run_bench io.charlstm.bench.peers.SpeedSweep "$results" "${1:-3}" "${2:-0.7}" "${3:-$(nproc)}"

#!/usr/bin/env bash
# Validation loss after equal time with equal settings, beside libtorch (with MKL); keeps
# bench/results/quality.csv.
# Usage: bench/quality.sh [seconds] [threads] [precisions] [corpus] [presets...]
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
build_bench
note_machine
presets=("${@:5}")
[[ ${#presets[@]} -gt 0 ]] || presets=(mxnet-r-shakespeare flux-shakespeare)
run_bench io.charlstm.bench.quality.QualityBench "$results" \
  "${4:-tinyshakespeare}" "${1:-120}" "${2:-$(nproc)}" "${3:-fp32,bf16}" "${presets[@]}"

#!/usr/bin/env bash
# Where a training step's time goes on the comparison presets, beside the floor of its matrix
# products and the measured peak. Writes bench/results/phases.csv and prints tables.
# Usage: bench/phases.sh [seconds] [threads] [precisions, such as fp32,bf16] [shapes...]
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
build_bench
note_machine
run_bench io.charlstm.bench.phases.PhaseBench "$results" "${1:-4}" "${2:-$(nproc)}" "${3:-fp32}" "${@:4}"

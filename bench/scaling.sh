#!/usr/bin/env bash
# Speed of training by threads and by how the work is split over them, beside the model's estimates;
# see bench/SCALING.md. Keeps bench/results/scaling.csv.
# Usage: bench/scaling.sh [rounds] [seconds] [threads, such as 1,2] [precisions, such as fp32,bf16]
#          [splits, such as batch,auto,1x2] [shapes...]
#        bench/scaling.sh estimates [precisions]
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
build_bench
if [[ ${1:-} == estimates ]]; then
  run_bench io.charlstm.bench.scaling.ScalingTable "${2:-fp32,bf16}"
  exit
fi
note_machine
run_bench io.charlstm.bench.scaling.ScalingBench "$results" "${1:-3}" "${2:-1}" "${3:-$(nproc)}" \
  "${4:-fp32}" "${5:-batch,auto}" "${@:6}"

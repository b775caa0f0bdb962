#!/usr/bin/env bash
# How long a user waits for the first step and the first character; keeps bench/results/startup.csv.
# Usage: bench/startup.sh [runs]
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
build_bench
# Built as its first use builds it, with a recorded start-up, which Maven alone does not make.
[[ -n ${CHARLSTM_NO_BUILD:-} ]] || rm -rf cli/target/dist
./charlstm doctor >/dev/null
note_machine
CHARLSTM_NO_BUILD=1 run_bench io.charlstm.bench.footprint.StartUpBench "$results" "${1:-10}" ./charlstm

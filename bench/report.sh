#!/usr/bin/env bash
# Writes bench/RESULTS.md and bench/plots/*.svg from bench/results, without measuring.
# Usage: bench/report.sh
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
build_bench
run_bench -Djava.awt.headless=true io.charlstm.bench.report.ResultsPage bench

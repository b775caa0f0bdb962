#!/usr/bin/env bash
# Writes bench/RESULTS.md and bench/plots/*.svg from bench/results, without measuring. With another
# folder in CHARLSTM_RESULTS the page and the plots go there.
# Usage: bench/report.sh
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
build_bench
page=$results
[[ $results != bench/results ]] || page=bench
run_bench -Djava.awt.headless=true io.charlstm.bench.report.ResultsPage "$page" "$results"

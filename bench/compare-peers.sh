#!/usr/bin/env bash
# This engine beside libtorch (with MKL) and Deeplearning4j on the comparison presets, in long-lived
# processes that take turns. First checks that all compute the same. Keeps every window in
# bench/results/peers.csv and prints tables; bench/report.sh makes RESULTS.md of them.
# CHARLSTM_PEERS_MEMORY=glibc leaves glibc's own memory thresholds to the peers, as they are set up
# by most who use them; give another folder by CHARLSTM_RESULTS then.
# Usage: bench/compare-peers.sh [-p processes] [-r rounds] [-s seconds] [-t threads] [what...]
#   what: train-fp32, train-bf16, sample-1, sample-64 and names of presets; all without
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
processes=2 rounds=4 seconds=3 threads=$(nproc)
while getopts p:r:s:t: option; do
  case $option in
    p) processes=$OPTARG ;;
    r) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    t) threads=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
presets=()
for word in "$@"; do
  case $word in
    train-fp32 | train-bf16 | sample-1 | sample-64) ;;
    mxnet-r-shakespeare | mxnet-obama | flux-shakespeare | tf-warpeace) presets+=("$word") ;;
    *) printf 'compare-peers: unknown: %s; see the head of this script\n' "$word" >&2 && exit 2 ;;
  esac
done
build_bench
build_dl4j
note_machine
run_bench io.charlstm.bench.peers.EqualAnswers "${presets[@]}"
run_bench io.charlstm.bench.peers.PeerComparison \
  "$results" "$processes" "$rounds" "$seconds" "$threads" "$@"

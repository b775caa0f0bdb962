#!/usr/bin/env bash
# Usage: scripts/smoke.sh [CACHE]
# Uses the built program from its launcher as a user would: trains a few steps on a generated text,
# evaluates, samples, exports, and checks how bad input and a missing GPU are answered. CACHE is a
# cache folder into which setup-gpu has brought the CUDA libraries.
set -euo pipefail
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'smoke: %s\n' "$1" >&2
  exit 1
}

charlstm() {
  "$root/charlstm" "$@"
}

# A user error is exit code 2 and one line on standard error, without a stack trace.
refuses() {
  local code=0
  charlstm "$@" >"$work/out" 2>"$work/err" || code=$?
  ((code == 2)) || fail "exit code $code, not 2: charlstm $*"
  [[ $(wc -l <"$work/err") -eq 1 && $(cat "$work/err") == charlstm:* ]] ||
    fail "not one clear line: charlstm $*: $(cat "$work/err")"
}

for ((i = 0; i < 400; i++)); do
  printf 'line %d: the quick brown fox jumps over %d lazy dogs.\n' "$i" "$((i * 7 % 13))"
done >"$work/text.txt"

charlstm train --corpus "$work/text.txt" --run "$work/run" --steps 60 --seed 1 --json \
  --set hidden_size=48 --set embedding_size=12 --set batch_size=8 --set seq_length=24 \
  >"$work/train.jsonl"
grep -q '^{"event":"start"' "$work/train.jsonl" || fail "no start event"
grep -q '^{"event":"eval"' "$work/train.jsonl" || fail "no eval event"
tail -n 1 "$work/train.jsonl" | grep -q '^{"event":"end"' || fail "the last event is not end"

charlstm evaluate "$work/run" --corpus "$work/text.txt" --json | grep -q '"bits_per_char"' ||
  fail "evaluate reports no bits_per_char"
charlstm info "$work/run" --json | grep -q '"hidden_size":48' || fail "info lacks hidden_size"

first=$(charlstm sample "$work/run" --prompt 'line 1' --length 80 --seed 7)
again=$(charlstm sample "$work/run" --prompt 'line 1' --length 80 --seed 7)
[[ $first == 'line 1'* && $first == "$again" ]] || fail "sampling does not repeat"

charlstm export "$work/run" --format safetensors --out "$work/weights.safetensors" 2>/dev/null
[[ $(charlstm sample "$work/weights.safetensors" --prompt 'line 1' --length 80 --seed 7) == "$first" ]] ||
  fail "the exported weights write another text"

charlstm train --resume "$work/run" --steps 70 --json | tail -n 1 | grep -q '"step":70,' ||
  fail "the run did not go on to step 70"

refuses train --corpus "$work/none.txt"
refuses train --corpus "$work/text.txt" --run "$work/run"
refuses train --corpus "$work/text.txt" --set no_such_key=1
refuses train --no-such-flag
refuses sample "$work/none"
head -c 1000 "$work/weights.safetensors" >"$work/cut.safetensors"
refuses info "$work/cut.safetensors"
refuses no-such-command

# Where there is no GPU: the reasons, at once; and with NVIDIA's libraries only the driver is amiss.
export CHARLSTM_CACHE=$work/cache
refuses setup-gpu --from "$work/none.jar"
refuses setup-gpu --from "$work/text.txt"
if [[ ! -e /dev/nvidiactl && ! -e /dev/dxg ]]; then
  code=0
  charlstm train --device cuda >"$work/out" 2>"$work/err" || code=$?
  ((code == 2)) || fail "exit code $code, not 2: --device cuda without a GPU"
  grep -q '^charlstm:   .*libcuda' "$work/err" || fail "no reason why no GPU: $(cat "$work/err")"
  charlstm sample "$work/run" --length 5 --seed 7 >/dev/null 2>"$work/err"
  grep -q '^charlstm: computes on the CPU: ' "$work/err" || fail "auto does not say why it is no GPU"
fi
if [[ -n ${1:-} ]]; then
  CHARLSTM_CACHE=$1 charlstm doctor >"$work/doctor"
  for library in 'CUDA runtime  12.6' 'NVRTC         12.6' 'cuBLASLt      12.6' 'cuDNN         9.5.1'; do
    grep -q "^ok  *$library" "$work/doctor" || fail "doctor lacks $library: $(cat "$work/doctor")"
  done
fi

echo "smoke: train, evaluate, info, sample, export, resume, bad input and a missing GPU are as they should be"

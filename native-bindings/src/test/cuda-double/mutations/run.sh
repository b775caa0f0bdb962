#!/usr/bin/env bash
# Makes each fault of list.txt in a copy of the repository and runs the cuDNN backend's tests on the
# double: mutations/run.sh [NAME]. A fault that no test notices is named at the end (status 1).
# Takes minutes for each fault; nothing in the working copy changes.
set -euo pipefail
here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P -- "$here/../../../../.." && pwd)
only=${1:-}
tests=${MUTATION_TESTS:-'Cudnn*Test'}
copy=$(mktemp -d)
trap 'rm -rf -- "$copy"' EXIT

cp -r "$root/." "$copy"
cd "$copy"

path_of() {
  case $1 in
    java/*) echo "runtime/src/main/java/io/charlstm/runtime/cudnn/${1#java/}" ;;
    kernels/*) echo "runtime/src/main/resources/io/charlstm/runtime/cudnn/${1#kernels/}" ;;
  esac
}

run_tests() {
  mvn -q -o -pl runtime -am test -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false
}

unnoticed=()
run_tests >log.txt 2>&1 || { tail -40 log.txt; echo "the tests fail without any fault"; exit 2; }
while IFS='|' read -r name file program; do
  name=${name%% } file=$(path_of "$(echo $file)")
  [[ -z $only || $name == "$only" ]] || continue
  cp "$file" original
  sed -i "${program# }" "$file"
  cmp -s original "$file" && { echo "does not fit the source any more: $name"; unnoticed+=("$name"); continue; }
  if run_tests >log.txt 2>&1; then
    echo "NOT NOTICED: $name"
    unnoticed+=("$name")
  else
    echo "noticed: $name"
  fi
  cp original "$file"
done < <(grep -v '^#' "$here/list.txt")
[[ ${#unnoticed[@]} -eq 0 ]]

#!/usr/bin/env bash
# Makes each fault of list.txt and runs the tests that must notice it, on the double:
#   mutations/run.sh [NAME]...
# A fault that no test notices is named at the end (status 1). The repository is copied and built
# once; a fault is one class or kernel file that is put before the others, so several are tried at a
# time (MUTATION_JOBS, 2). Some ten seconds for each; nothing in the working copy changes.
set -euo pipefail
here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P -- "$here/../../../../.." && pwd)
export main=runtime/src/main package=io/charlstm/runtime/cudnn

path_of() {
  case $1 in
    java/*) echo "$main/java/$package/${1#java/}" ;;
    kernels/*) echo "$main/resources/$package/${1#kernels/}" ;;
  esac
}

# Classes that between them compile the kernels, so that a fault need not do it again.
compiling=CudnnTrainingTest,CudnnDecoderContractTest,SamplingKernelsTest

# Copies and builds, runs some tests without a fault, and finds out with what class path Maven does.
prepare() {
  cp -r "$root/." "$copy"
  cd "$copy"
  mvn -q -pl runtime -am test -Dtest="$compiling" -Dsurefire.failIfNoSpecifiedTests=false \
    >prepare.log 2>&1 || { tail -40 prepare.log; echo "the tests fail without any fault"; exit 2; }
  local report jar
  report=$(grep -rl surefire.test.class.path runtime/target/surefire-reports/*.xml | sed -n 1p)
  classpath=$(grep -o 'name="surefire.test.class.path" value="[^"]*"' "$report" | cut -d'"' -f4)
  java=$(grep -o 'name="java.home" value="[^"]*"' "$report" | cut -d'"' -f4)/bin
  jar=$(tr : '\n' <<<"$classpath" | grep '/junit-platform-engine-[^/]*jar$')
  classpath=$classpath:${jar//junit-platform-engine/junit-platform-launcher}:$copy/runner
  "$java/javac" -proc:none -cp "$classpath" -sourcepath bench/src/main/java -d runner \
    bench/src/main/java/io/charlstm/bench/gpu/GpuTests.java
  double=$copy/native-bindings/target/cuda-double
}

# Tests of some classes (A|B), with the fault in folder $1 before everything else.
run_tests() {
  local class file failed=0
  for class in ${2//|/ }; do
    file=$(cd runtime/target/test-classes && find . -name "$class.class")
    file=${file#./} file=${file%.class}
    "$java/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
      -Dcharlstm.cuda.path="$double" -Dcharlstm.cuda.double="$double" -Dcharlstm.cache="$1/cache" \
      -cp "$1/classes:$classpath" io.charlstm.bench.gpu.GpuTests "${file//\//.}" || failed=1
  done
  return "$failed"
}

# One line of the list; prints the verdict and the first test that failed.
try_fault() {
  local name file tests program source patch log
  name=$(sed 's/ *|.*//' <<<"$1") file=$(cut -d'|' -f2 <<<"$1" | xargs)
  IFS=$'\t' read -r tests program < <(sed -E 's/^[^|]*\|[^|]*\| (.*[A-Za-z]) \| (.*)$/\1\t\2/' <<<"$1")
  cd "$copy"
  source=$(path_of "$file")
  patch=$(mktemp -d -p "$copy") log=$patch/log.txt
  mkdir "$patch/classes" "$patch/source"
  cp -r "$double/cache" "$patch/cache"
  sed "$program" "$source" >"$patch/source/${source##*/}"
  if cmp -s "$source" "$patch/source/${source##*/}"; then
    echo "DOES NOT FIT THE SOURCE ANY MORE: $name"
  elif ! make_classes "$file" "$patch" >"$log" 2>&1; then
    echo "DOES NOT COMPILE: $name: $(head -1 "$log")"
  elif run_tests "$patch" "$tests" >"$log" 2>&1; then
    echo "NOT NOTICED: $name"
  elif ! grep -qE '^verdict: [0-9]+ passed, [1-9]' "$log"; then
    echo "DID NOT RUN: $name: $(tail -1 "$log")"
  else
    echo "noticed: $name | $(first_failure "$log")"
  fi
  rm -rf -- "$patch"
}

make_classes() {
  if [[ $1 == java/* ]]; then
    "$java/javac" -nowarn -proc:none -cp "$classpath" -d "$2/classes" "$2"/source/*.java
  else
    mkdir -p "$2/classes/$package"
    cp "$2"/source/*.cu "$2/classes/$package"
  fi
}

# The first test that failed, and what it said.
first_failure() {
  awk '/^  JUnit Jupiter:/ && !test { sub(/^  JUnit Jupiter:[A-Za-z]*:/, ""); test = $0 }
       /^    => / && !said { sub(/^ *=> /, ""); said = $0 }
       /(race between|host changed|released before|a barrier|outside a live|device failure)/ &&
         !cause { cause = $0 }
       END { sub(/^[^"]*"/, "", cause)
             print substr(test, 1, 60) " | " substr(cause ? cause : said, 1, 110) }' "$1"
}

copy=$(mktemp -d)
trap 'rm -rf -- "$copy"' EXIT
prepare
export copy classpath java double
export -f path_of run_tests try_fault make_classes first_failure
grep -v -e '^#' -e '^$' "$here/list.txt" >"$copy/faults"
if [[ $# -gt 0 ]]; then
  printf '%s |\n' "$@" >"$copy/wanted"
  grep -F -f "$copy/wanted" "$copy/faults" >"$copy/some" && mv "$copy/some" "$copy/faults"
fi
tr '\n' '\0' <"$copy/faults" | xargs -0 -n 1 -P "${MUTATION_JOBS:-2}" bash -euo pipefail -c 'try_fault "$1"' fault \
  | tee "$copy/verdicts"
echo "$(grep -c '^noticed' "$copy/verdicts") of $(wc -l <"$copy/faults") noticed"
! grep -qv '^noticed' "$copy/verdicts"

# Shared by the scripts of this folder: goes to the project's folder, finds the JDK, builds.
# CHARLSTM_NO_BUILD, when not empty, takes what was built last. CHARLSTM_RESULTS is the folder, seen
# from the project's, where results are kept.
# shellcheck shell=bash
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source scripts/find-jdk.sh
JAVA_HOME=$(find_jdk)
export JAVA_HOME
results=${CHARLSTM_RESULTS:-bench/results}
mkdir -p "$results"
# libtorch's BLAS pool would spin against its OpenMP pool
export OPENBLAS_NUM_THREADS=1

# Builds the benchmarks and lays their libraries side by side.
build_bench() {
  if [[ -z ${CHARLSTM_NO_BUILD:-} || ! -d bench/target/lib ]]; then
    mvn -B -q -ntp -Ppeers -pl bench -am -Dmaven.test.skip=true package >&2
  fi
}

# Deeplearning4j's own class path, apart from everything else's.
build_dl4j() {
  if [[ -z ${CHARLSTM_NO_BUILD:-} || ! -d bench/dl4j/target/lib ]]; then
    mvn -B -q -ntp -f bench/dl4j process-classes >&2
  fi
}

# run_bench MAIN [ARGUMENTS...]
run_bench() {
  "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -cp 'bench/target/classes:bench/target/lib/*' "$@" \
    2> >(grep --line-buffered -v 'Using incubator modules' >&2)
}

# Notes machine and versions beside what is measured.
note_machine() {
  run_bench io.charlstm.bench.report.Machine "$results" bench/target/lib bench/dl4j/target/lib
}

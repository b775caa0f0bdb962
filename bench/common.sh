# Shared by the scripts of this folder: goes to the project's folder, finds the JDK, builds.
# shellcheck shell=bash
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source scripts/find-jdk.sh
JAVA_HOME=$(find_jdk)
export JAVA_HOME

# Builds the benchmarks and lays their libraries side by side; CHARLSTM_NO_BUILD takes what is there.
build_bench() {
  if [[ -z ${CHARLSTM_NO_BUILD:-} || ! -d bench/target/lib ]]; then
    mvn -B -q -ntp -Ppeers -pl bench -am -Dmaven.test.skip=true package >&2
  fi
}

# run_bench MAIN [ARGUMENTS...]
run_bench() {
  "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -cp 'bench/target/classes:bench/target/lib/*' "$@"
}

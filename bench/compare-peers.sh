#!/usr/bin/env bash
# This engine beside libtorch (with MKL) on the comparison presets, in alternating processes.
# Usage: bench/compare-peers.sh [rounds] [seconds] [threads]
set -euo pipefail
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source scripts/find-jdk.sh
JAVA_HOME=$(find_jdk)
export JAVA_HOME
./charlstm doctor > /dev/null # builds it when needed
mvn -q -Ppeers -pl bench -am -Dmaven.test.skip=true package >&2
exec "$JAVA_HOME/bin/java" -cp 'bench/target/classes:bench/target/lib/*' \
  --enable-native-access=ALL-UNNAMED io.charlstm.bench.peers.PeerComparison "$@"

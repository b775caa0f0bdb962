#!/usr/bin/env bash
# This engine beside libtorch (with MKL) on the comparison presets, in alternating processes.
# Usage: bench/compare-peers.sh [rounds] [seconds] [threads]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
./charlstm doctor > /dev/null # builds it when needed
mvn -q -Ppeers -pl bench -am -Dmaven.test.skip=true package >&2
java=$(./charlstm doctor --json | sed -n 's/.*"java_home":"\([^"]*\)".*/\1/p')/bin/java
exec "$java" -cp 'bench/target/classes:bench/target/lib/*' --enable-native-access=ALL-UNNAMED \
  io.charlstm.bench.peers.PeerComparison "$@"

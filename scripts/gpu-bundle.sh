#!/usr/bin/env bash
# Makes one archive for GPU machines that have no Java: a runtime, the program, its tests and its
# benchmarks. Usage: scripts/gpu-bundle.sh [FILE.tar.xz]
# There: tar xf charlstm-gpu.tar.xz && charlstm-gpu/gpu-check && charlstm-gpu/gpu-bench
set -euo pipefail
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source scripts/find-jdk.sh
JAVA_HOME=$(find_jdk)
export JAVA_HOME

largest=$((45 * 1000 * 1000))
archive=${1:-target/charlstm-gpu.tar.xz}
stage=$PWD/target/gpu-bundle
bundle=$stage/charlstm-gpu
rm -rf "$stage"
mkdir -p "$bundle"/{lib,test-lib,tests}

mvn -B -q -ntp -Pgpu-bundle -DskipTests -pl cli,bench -am package >&2

cp cli/target/dist/modules/*.jar "$bundle/lib"
cp bench/target/test-lib/*.jar "$bundle/test-lib"
"$JAVA_HOME/bin/jar" --create --file "$bundle/test-lib/charlstm-bench.jar" \
  -C bench/target/classes io/charlstm/bench/gpu
cp bench/peers/pytorch_char_lstm.py scripts/gpu-bundle/* "$bundle"

# Tests of the modules below the command line; those that need libtorch stay here.
for module in native-bindings runtime sampler trainer; do
  [[ -d $module/target/test-classes ]] || continue
  cp -r "$module/target/test-classes" "$bundle/tests/$module"
  find "$bundle/tests/$module" -type d -name torch -prune -exec rm -rf {} +
done

# Uncompressed inside, as the archive as a whole compresses better.
(cd "$stage" && "$JAVA_HOME/bin/jar" --extract --file "$(ls "$OLDPWD"/cli/target/dist/natives/dnnl-*.jar)" \
  org/bytedeco/dnnl/linux-x86_64/libdnnl.so.3 org/bytedeco/dnnl/linux-x86_64/libgomp.so.1)
"$JAVA_HOME/bin/jar" --create --no-compress --file "$bundle/lib/dnnl-linux-x86_64.jar" -C "$stage" org
"$JAVA_HOME/bin/jlink" --output "$bundle/runtime" --compress zip-0 --strip-debug --no-header-files \
  --no-man-pages --add-modules \
  java.base,java.instrument,java.logging,java.management,java.net.http,java.xml,jdk.incubator.vector,jdk.management,jdk.unsupported,jdk.zipfs

mkdir -p "$(dirname -- "$archive")"
XZ_OPT=${XZ_OPT:--9} tar -C "$stage" -cJf "$archive" charlstm-gpu
size=$(stat -c %s "$archive")
((size < largest)) || { echo "gpu-bundle: $archive has $size bytes, more than $largest" >&2 && exit 1; }
echo "$archive: $size bytes"

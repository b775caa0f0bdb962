#!/bin/sh
# Usage: regenerate.sh [INCLUDE_DIR [OUTPUT_DIR]]
# Generates the oneDNN classes from onednn/onednn.h and onednn/includes.txt.
# INCLUDE_DIR: the folder that holds oneapi/dnnl/dnnl.h; default: unpacked from the jar in the local
# Maven repository (MAVEN_REPO, default ~/.m2/repository). jextract: $JEXTRACT or on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=${2:-$here/../src/generated/java}
jextract=${JEXTRACT:-$(command -v jextract || true)}
if [ -z "$jextract" ]; then
  echo "regenerate.sh: jextract not found; put it on the PATH or set JEXTRACT" >&2
  exit 1
fi

include=${1:-}
if [ -z "$include" ]; then
  version=$(sed -n 's/^headers=org.bytedeco:dnnl:\([^:]*\):.*/\1/p' "$here/onednn/VERSIONS")
  jar=${MAVEN_REPO:-$HOME/.m2/repository}/org/bytedeco/dnnl/$version/dnnl-$version-linux-x86_64.jar
  if [ ! -f "$jar" ]; then
    echo "regenerate.sh: no $jar; build the project once, or give the include folder" >&2
    exit 1
  fi
  unpacked=$(mktemp -d)
  trap 'rm -rf "$unpacked"' EXIT
  (cd "$unpacked" && "${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf "$jar" org/bytedeco/dnnl/linux-x86_64/include)
  include=$unpacked/org/bytedeco/dnnl/linux-x86_64/include
fi

target=$output/io/charlstm/bindings/gen/onednn
rm -rf "$target"
cd "$here/onednn"
# jextract warns about every opaque struct; those are used through pointers only.
"$jextract" -I "$include" --output "$output" --target-package io.charlstm.bindings.gen.onednn \
  --header-class-name DnnlApi @includes.txt onednn.h
# jextract defines C's long for the platform it runs on; on Windows that cast would fail at start.
shared=$target/'DnnlApi$shared.java'
sed '/ C_LONG = /d' "$shared" > "$shared.new"
mv "$shared.new" "$shared"

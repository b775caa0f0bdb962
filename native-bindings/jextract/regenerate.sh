#!/bin/sh
# Usage: regenerate.sh [-o OUTPUT_DIR] [LIBRARY ...]
# Generates the classes of each library (default: all) from LIBRARY/LIBRARY.h and includes.txt.
# jextract: $JEXTRACT or on the PATH. Headers:
#   ONEDNN_INCLUDE  the folder that holds oneapi/dnnl/dnnl.h; default: unpacked from the jar in the
#                   local Maven repository (MAVEN_REPO, default ~/.m2/repository)
#   CUDA_INCLUDE    the folders that hold cuda_runtime_api.h, cublasLt.h, nvrtc.h and cudnn.h,
#                   separated by colons; default: /usr/local/cuda/include and /usr/include
# A library whose headers are absent is skipped with a line; when it was named, that is an error.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$here/../src/generated/java
if [ "${1:-}" = -o ]; then
  mkdir -p "$2"
  output=$(cd "$2" && pwd)
  shift 2
fi
named=$#
[ $named -gt 0 ] || set -- onednn cudart cudriver cudnn cublaslt nvrtc nccl
jextract=${JEXTRACT:-$(command -v jextract || true)}
if [ -z "$jextract" ]; then
  echo "regenerate.sh: jextract not found; put it on the PATH or set JEXTRACT" >&2
  exit 1
fi
unpacked=
trap '[ -z "$unpacked" ] || rm -rf "$unpacked"' EXIT

# Prints why the headers are absent, or sets $include to the options for jextract.
find_onednn() {
  folder=${ONEDNN_INCLUDE:-}
  if [ -z "$folder" ]; then
    version=$(sed -n 's/^headers=org.bytedeco:dnnl:\([^:]*\):.*/\1/p' "$here/onednn/VERSIONS")
    jar=${MAVEN_REPO:-$HOME/.m2/repository}/org/bytedeco/dnnl/$version/dnnl-$version-linux-x86_64.jar
    [ -f "$jar" ] || { missing="no $jar; build the project once, or set ONEDNN_INCLUDE"; return; }
    unpacked=$(mktemp -d)
    (cd "$unpacked" && "${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf "$jar" org/bytedeco/dnnl/linux-x86_64/include)
    folder=$unpacked/org/bytedeco/dnnl/linux-x86_64/include
  fi
  include="-I $folder"
}

find_cuda() {
  include=
  missing="no $1 in CUDA_INCLUDE"
  for folder in $(echo "${CUDA_INCLUDE:-/usr/local/cuda/include:/usr/include}" | tr : ' '); do
    include="$include -I $folder"
    [ ! -f "$folder/$1" ] || missing=
  done
}

# The header class of a library.
class_of() {
  case $1 in
    onednn) echo DnnlApi ;;
    cudart) echo CudaRuntimeApi ;;
    cudriver) echo CudaDriverApi ;;
    cudnn) echo CudnnApi ;;
    cublaslt) echo CublasLtApi ;;
    nvrtc) echo NvrtcApi ;;
    nccl) echo NcclApi ;;
    *) echo "regenerate.sh: no library $1" >&2; exit 2 ;;
  esac
}

generate() {
  package=io.charlstm.bindings.gen.$1
  target=$output/io/charlstm/bindings/gen/$1
  class=$(class_of "$1")
  rm -rf "$target"
  # jextract warns about every opaque struct; those are used through pointers only.
  # shellcheck disable=SC2086 # several options in one word
  (cd "$here/$1" && "$jextract" $include --output "$output" --target-package "$package" \
    --header-class-name "$class" @includes.txt "$1.h")
  # jextract defines C's long for the platform it runs on; on Windows that cast would fail at start.
  edit "$target/$class\$shared.java" '/ C_LONG = /d'
  # CUDA's libraries are loaded by path, so each class asks the loader for its own library.
  if [ "$1" != onednn ]; then
    lookup="io.charlstm.bindings.library.LoadedLibraries.lookup(\"$1\")"
    edit "$target/$class.java" "/SymbolLookup\.loaderLookup()/{N;s/SymbolLookup\.loaderLookup().*/$lookup;/;}"
    grep -q "$lookup" "$target/$class.java" || { echo "regenerate.sh: no lookup to replace in $class" >&2; exit 1; }
  fi
}

edit() {
  sed "$2" "$1" > "$1.new"
  mv "$1.new" "$1"
}

for library; do
  class_of "$library" > /dev/null
  missing=
  case $library in
    onednn) find_onednn ;;
    cudart) find_cuda cuda_runtime_api.h ;;
    cudriver) find_cuda cuda.h ;;
    cudnn) find_cuda cudnn.h ;;
    cublaslt) find_cuda cublasLt.h ;;
    nvrtc) find_cuda nvrtc.h ;;
    nccl) include= ;;
  esac
  if [ -z "$missing" ]; then
    generate "$library"
  elif [ $named -gt 0 ]; then
    echo "regenerate.sh: $library: $missing" >&2
    exit 1
  else
    echo "regenerate.sh: skipped $library: $missing"
  fi
done

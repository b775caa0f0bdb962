#!/usr/bin/env bash
# Builds the double of the CUDA libraries: build.sh OUTPUT_FOLDER
# Compiles only what is older than its sources. Without g++ it builds nothing and says so: the
# tests that need the double are then skipped.
set -euo pipefail
out=${1:?usage: build.sh OUTPUT_FOLDER}
mkdir -p "$out"
out=$(cd -P -- "$out" && pwd)
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")"

cxx=${CXX:-g++}
if ! command -v "$cxx" >/dev/null; then
  echo "cuda-double: no $cxx here, so the tests on the double of the CUDA libraries are skipped"
  rm -rf -- "$out"
  exit 0
fi

flags=(-std=c++17 -O1 -g1 -fPIC -fvisibility=hidden -ffp-contract=off -Wall -Wextra -Werror
  -I include)

# soname | folders of its sources | libraries it needs, by soname
libraries=(
  'libcharlstm_double.so|core|'
  'libcudart.so.12|cudart|'
  'libcuda.so.1|driver|'
  'libnvrtc-builtins.so.12.6||'
  'libcharlstm_emulation.so|emulation|'
  'libnvrtc.so.12|nvrtc|libcharlstm_emulation.so'
  'libcublasLt.so.12|cublaslt numerics|'
  'libcudnn_graph.so.9|cudnn/graph|'
  'libcudnn_ops.so.9|cudnn/ops|libcudnn_graph.so.9'
  'libcudnn_adv.so.9|cudnn/adv|libcudnn_ops.so.9 libcudnn_graph.so.9'
  'libcudnn.so.9|cudnn/shim numerics|libcudnn_adv.so.9 libcudnn_ops.so.9 libcudnn_graph.so.9'
)

# The double's own tests: program | folders of its sources | libraries it needs, by soname
programs=(
  'selftest|selftest|libcudart.so.12 libcuda.so.1'
  'mathtest|mathtest numerics|libcudart.so.12 libcublasLt.so.12 libcudnn.so.9 libcudnn_graph.so.9'
  'statuses|statuses|'
)

sources_of() {
  local folder
  for folder in $1; do
    [[ -d $folder ]] || continue
    find "$folder" -maxdepth 1 -name '*.cpp' | LC_ALL=C sort
  done
}

object_of() {
  echo "$out/objects/${1%.cpp}.o"
}

# Whether the object is missing or older than a file that it was made from.
is_stale() {
  local object=$1 part
  [[ -f $object && -f ${object%.o}.d ]] || return 0
  [[ build.sh -nt $object ]] && return 0
  for part in $(sed -e 's/^[^:]*://' -e 's/\\$//' "${object%.o}.d"); do
    [[ -f $part && ! $part -nt $object ]] || return 0
  done
  return 1
}

compile_stale() {
  local source object folders target
  local -A seen
  for target in "${libraries[@]}" "${programs[@]}"; do
    folders=$(cut -d'|' -f2 <<<"$target")
    for source in $(sources_of "$folders"); do
      object=$(object_of "$source")
      if [[ -z ${seen[$source]:-} ]] && is_stale "$object"; then
        seen[$source]=1
        mkdir -p "$(dirname "$object")"
        printf '%s\0%s\0' "$source" "$object"
      fi
    done
  done | xargs -0 -r -n 2 -P "${CUDA_DOUBLE_JOBS:-2}" bash -c '
    set -e
    source=${*: -2:1} object=${*: -1}
    "${@:1:$#-2}" -MMD -MF "${object%.o}.d.new" -c "$source" -o "$object.new"
    mv "${object%.o}.d.new" "${object%.o}.d"
    mv "$object.new" "$object"' compile "$cxx" "${flags[@]}"
}

# Whether any of the files is newer than the target.
is_older_than() {
  local target=$1 file
  shift
  [[ -f $target ]] || return 0
  for file in "$@"; do
    [[ $file -nt $target ]] && return 0
  done
  return 1
}

link() {
  local soname=$1 folders=$2 needed=$3 source file objects=() links=()
  for source in $(sources_of "$folders"); do
    objects+=("$(object_of "$source")")
  done
  [[ $soname == libcharlstm_double.so ]] || needed="libcharlstm_double.so $needed"
  for file in $needed; do
    links+=("-l:$file")
  done
  is_older_than "$out/$soname" build.sh "${objects[@]}" || return 0
  "$cxx" -shared -o "$out/$soname.new" -Wl,-soname,"$soname" -Wl,-rpath,'$ORIGIN' -Wl,--no-undefined \
    -Wl,--no-as-needed "${objects[@]}" -L"$out" "${links[@]}" -ldl -pthread
  mv "$out/$soname.new" "$out/$soname"
}

# Moves headers that kernels are compiled with beside the libraries.
copy_resources() {
  if [[ -d nvrtc/resources ]]; then
    mkdir -p "$out/nvrtc"
    cp -pu nvrtc/resources/* "$out/nvrtc/"
  fi
}

link_program() {
  local program=$1 folders=$2 needed=$3 source file objects=() links=()
  for source in $(sources_of "$folders"); do
    objects+=("$(object_of "$source")")
  done
  for file in libcharlstm_double.so $needed; do
    links+=("-l:$file")
  done
  [[ ${#objects[@]} -gt 0 ]] || return 0
  is_older_than "$out/$program" build.sh "${objects[@]}" || return 0
  "$cxx" -o "$out/$program.new" -Wl,-rpath,'$ORIGIN' "${objects[@]}" -L"$out" "${links[@]}" \
    -ldl -pthread
  mv "$out/$program.new" "$out/$program"
}

compile_stale
for library in "${libraries[@]}"; do
  IFS='|' read -r soname folders needed <<<"$library"
  link "$soname" "$folders" "$needed"
done
for program in "${programs[@]}"; do
  IFS='|' read -r name folders needed <<<"$program"
  [[ ! -d ${folders%% *} ]] || link_program "$name" "$folders" "$needed"
done
copy_resources

# Sourced by the scripts that need a JDK 25.
# shellcheck shell=bash

# A JDK states its version in the file "release"; reading it is faster than starting java, or grep.
is_jdk_25() {
  local line
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return
  while read -r line || [[ -n $line ]]; do
    [[ ! $line =~ ^JAVA_VERSION=\"25([.\"-]|$) ]] || return 0
  done <"$1/release"
  return 1
}

java_home_on_path() {
  local java folder
  java=$(command -v java) || return 0
  while [[ -L $java ]]; do
    folder=$(cd -P -- "$(dirname -- "$java")" && pwd)
    java=$(readlink -- "$java")
    [[ $java == /* ]] || java=$folder/$java
  done
  dirname -- "$(dirname -- "$java")"
}

# Prints the folder of a JDK 25, or fails.
find_jdk() {
  local candidate
  if [[ -n ${CHARLSTM_JAVA_HOME:-} ]]; then
    is_jdk_25 "$CHARLSTM_JAVA_HOME" || return
    printf '%s\n' "$CHARLSTM_JAVA_HOME"
    return
  fi
  if [[ -n ${JAVA_HOME:-} ]] && is_jdk_25 "$JAVA_HOME"; then
    printf '%s\n' "$JAVA_HOME"
    return
  fi
  for candidate in "$(java_home_on_path)" /usr/lib/jvm/* /usr/java/* /opt/*jdk* \
    "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [[ -n $candidate ]] && is_jdk_25 "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  if [[ -x /usr/libexec/java_home ]] && candidate=$(/usr/libexec/java_home -v 25 2>/dev/null) &&
    is_jdk_25 "$candidate"; then
    printf '%s\n' "$candidate"
    return
  fi
  return 1
}

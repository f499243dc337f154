#!/bin/sh
# Runs the fuzz targets, two at a time, each for a number of seconds (default 600).
# Needs cargo-fuzz (cargo install cargo-fuzz); RUSTC_BOOTSTRAP lets it work on a stable toolchain.
# Usage: scripts/fuzz.sh [seconds] [target ...]
set -eu
cd "$(dirname "$0")/.."
seconds="${1:-600}"
[ $# -gt 0 ] && shift
all="lex_parse print_parse json_import program compile_vs_reference artifact_load hostile hostile_artifact"
targets="${*:-$all}"
export RUSTC_BOOTSTRAP=1
for target in $all; do
  mkdir -p "fuzz/corpus/$target"
done
# Ordinary input to start from.
find examples -name '*.tabella' | while read -r file; do
  for target in lex_parse print_parse program; do
    cp "$file" "fuzz/corpus/$target/$(echo "$file" | tr / _)"
  done
done
# Blocks of the pages: what each diagnostic is about, the rules' cases, the language.
find docs tests src/diag/codes -name '*.md' -o -path '*/codes/*.rs' | while read -r file; do
  awk -v name="$(echo "$file" | tr / _)" '
    /^```/ && !inside { inside = 1; n++; folder = /^```json/ ? "json_import" : "program"
                        out = "fuzz/corpus/" folder "/" name "_" n; printf "" >out; next }
    /^```/ { inside = 0; close(out); next }
    inside { print >out }' "$file"
done
for target in lex_parse print_parse; do
  cp fuzz/corpus/program/docs_* fuzz/corpus/program/tests_* fuzz/corpus/program/src_* "fuzz/corpus/$target/"
done
# No sanitizer: there is no unsafe code to sanitize.
cargo fuzz build -s none
one() {
  case $1 in
    json_import) words=-dict=fuzz/json.dict ;;
    lex_parse | print_parse | program) words=-dict=fuzz/tabella.dict ;;
    *) words= ;;
  esac
  # shellcheck disable=SC2086
  cargo fuzz run -s none "$1" -- -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 $words \
    >"fuzz/$1.log" 2>&1 && result=ok || result=FAILED
  echo "$1: $result, $(sed -n 's/stat::number_of_executed_units: *//p' "fuzz/$1.log") executions"
}
set -- $targets
while [ $# -gt 0 ]; do
  one "$1" &
  shift
  if [ $# -gt 0 ]; then
    one "$1" &
    shift
  fi
  wait
done

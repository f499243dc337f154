#!/bin/sh
# Runs the fuzz targets, two at a time, each for a number of seconds (default 600).
# Needs cargo-fuzz (cargo install cargo-fuzz); RUSTC_BOOTSTRAP lets it work on a stable toolchain.
# Usage: scripts/fuzz.sh [seconds] [target ...]
set -eu
cd "$(dirname "$0")/.."
seconds="${1:-600}"
[ $# -gt 0 ] && shift
targets="${*:-lex_parse print_parse json_import program compile_vs_reference artifact_load}"
export RUSTC_BOOTSTRAP=1
for target in $targets; do
  mkdir -p "fuzz/corpus/$target"
done
# Ordinary input to start from.
find examples -name '*.tabella' | while read -r file; do
  for target in lex_parse print_parse program; do
    cp "$file" "fuzz/corpus/$target/$(echo "$file" | tr / _)"
  done
done
find examples tests -name '*.json' -size -64k | while read -r file; do
  cp "$file" "fuzz/corpus/json_import/$(echo "$file" | tr / _)" 2>/dev/null || true
done
# No sanitizer: there is no unsafe code to sanitize.
cargo fuzz build -s none
one() {
  cargo fuzz run -s none "$1" -- -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 -print_final_stats=1 \
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

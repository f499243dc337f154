#!/usr/bin/env bash
# Instructions and simulated last-level misses (2 MB) of one decision, on a line, counted by callgrind.
#
#   scripts/callgrind.sh COUNT ARTIFACT REQUESTS WAY
#
# COUNT is the example of `tabella-runtime`, built; the files are what `tabella_workloads::record` wrote.
set -euo pipefail
[ $# -eq 4 ] || { echo "four arguments" >&2; exit 2; }
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 3; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# All levels are given: what is counted must not depend on the machine. It warns that it has another one.
valgrind --quiet --tool=callgrind --cache-sim=yes --I1=32768,8,64 --D1=32768,8,64 --LL=2097152,16,64 \
    --toggle-collect='*counted_*' --callgrind-out-file="$work/out" \
    "$1" "$2" "$3" "$4" 2>"$work/errors" >"$work/decisions" || { cat "$work/errors" >&2; exit 1; }
{ awk '{ print $1 }' "$work/decisions"; sed -n 's/^totals: //p' "$work/out"; } | tr '\n' ' ' |
    awk '$1 > 0 { printf "%.0f %.2f\n", $2 / $1, ($8 + $9 + $10) / $1; found = 1 } END { exit !found }' ||
    { echo "nothing was decided" >&2; exit 1; }

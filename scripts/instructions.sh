#!/usr/bin/env bash
# Instructions and simulated last-level misses of one decision, counted by callgrind (2 MB last level): by strings, by
# ids and in batches, and of making a context ready for it; on requests in swept order. Fails when a count is more than 3 %
# over `benches/instructions.txt`.
#
#   scripts/instructions.sh [--update] [--full] [--no-bounds] [--markdown FILE] [WORKLOAD…]
#
# Workloads: w1 w2 w4-small w5-small, with --full also w3, w4 and w5 (minutes). --update rewrites the counts of the workloads asked
# for; --no-bounds only prints the counts. Counts depend on the compiler: after a new toolchain they are measured again.
set -euo pipefail
cd "$(dirname "$0")/.."

bounds=benches/instructions.txt
update=false bounded=true markdown='' workloads=() full=false
while [ $# -gt 0 ]; do
    case $1 in
    --update) update=true ;;
    --full) full=true ;;
    --no-bounds) bounded=false ;;
    --markdown) markdown=$2 && shift ;;
    w1 | w2 | w3 | w4 | w4-small | w5 | w5-small) workloads+=("$1") ;;
    *) echo "unknown argument $1" >&2 && exit 2 ;;
    esac
    shift
done
if [ ${#workloads[@]} -eq 0 ]; then
    workloads=(w1 w2 w4-small w5-small)
    $full && workloads+=(w3 w4 w5)
fi
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 3; }

target=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --locked --release --quiet -p tabella-runtime --example count
# The whole W3, W4 and W5 take long to compile without optimization.
profile=debug
for w in "${workloads[@]}"; do
    case $w in w3 | w4 | w5) profile=release ;; esac
done
if [ $profile = release ]; then
    cargo build --locked --release --quiet -p tabella-workloads --example record
else
    cargo build --locked --quiet -p tabella-workloads --example record
fi

results=$work/results
for w in "${workloads[@]}"; do
    "$target/$profile/examples/record" "$w" "$work/$w"
    ways=(strings ids batch)
    # What a context costs does not depend on the tables.
    case $w in w3 | w4 | w5*) ;; *) ways+=(context id-context) ;; esac
    for way in "${ways[@]}"; do
        counts=$(scripts/callgrind.sh "$target/release/examples/count" "$work/$w.tbl" "$work/$w.requests" "$way")
        echo "$w $way $counts" >>"$results"
    done
    rm -f "$work/$w.tbl" "$work/$w.requests"
done

if ! $bounded; then
    {
        printf '| workload | asked by | instructions | LL misses |\n|---|---|---:|---:|\n'
        awk '{ printf "| %s | %s | %d | %.2f |\n", $1, $2, $3, $4 }' "$results"
    } | tee "${markdown:-/dev/null}"
    exit
fi

header="# workload, way of asking, instructions, simulated last-level misses a decision (scripts/instructions.sh --update)"
if $update; then
    touch "$bounds"
    { echo "$header"; { cat "$results"; grep -v '^#' "$bounds" || true; } | awk '!seen[$1 " " $2]++' | sort; } >"$work/new"
    mv "$work/new" "$bounds"
fi
# Misses are few: beside the 3 % a tenth of one is left to the layout of the heap.
compare='
    FNR == NR { if ($1 !~ /^#/) { instructions[$1 " " $2] = $3; misses[$1 " " $2] = $4 } next }
    FNR == 1 { print "| workload | asked by | instructions | bound | LL misses | bound |\n|---|---|---:|---:|---:|---:|" }
    {
        name = $1 " " $2
        if (!(name in instructions)) { missing = missing " " name; next }
        i = instructions[name] * 1.03; m = misses[name] * 1.03 + 0.1
        over = $3 > i || $4 > m
        bad = bad || over
        # A bound far above the count holds nothing any more.
        loose = loose || $3 < instructions[name] * 0.9
        printf "| %s | %s | %d | %.0f | %.2f | %.2f |%s\n", $1, $2, $3, i, $4, m, over ? " OVER" : ""
    }
    END {
        if (missing) { print "no bound for" missing " in benches/instructions.txt" > "/dev/stderr"; exit 1 }
        if (loose) print "counts are more than 10 % below benches/instructions.txt: --update it" > "/dev/stderr"
        exit bad
    }'
status=0
awk "$compare" "$bounds" "$results" | tee "${markdown:-/dev/null}" || status=$?
[ $status -eq 0 ] || echo "a decision costs more than benches/instructions.txt allows" >&2
exit $status

#!/usr/bin/env bash
# Measures everything of docs/benchmarks.md on the machine it runs on: writes the tables between the marks of that page
# (`<!-- NAME -->` to `<!-- /NAME -->`) and draws its pictures.
#
#   scripts/benchmarks.sh [--quick] [PART…]
#
# Parts: peers instructions growth sizes adversarial; all of them without one. --quick makes small runs that show only
# that everything works, into target/benchmarks and not into docs. A full run takes about half an hour and 16 GB; it
# should have the machine to itself.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=false parts=()
for argument in "$@"; do
    case $argument in
    --quick) quick=true ;;
    peers | instructions | growth | sizes | adversarial) parts+=("$argument") ;;
    *) echo "unknown argument $argument" >&2 && exit 2 ;;
    esac
done
[ ${#parts[@]} -gt 0 ] || parts=(sizes instructions adversarial growth peers)

out=target/benchmarks
mkdir -p "$out"
docs=docs
if $quick; then
    docs=$out
    cp docs/benchmarks.md "$out/"
fi

# Puts a file between the marks of the page.
insert() {
    awk -v name="$1" -v file="$2" '
        $0 == "<!-- /" name " -->" { inside = 0 }
        !inside { print }
        $0 == "<!-- " name " -->" { inside = 1; print ""; while ((getline line < file) > 0) print line; print "" }
    ' "$docs/benchmarks.md" >"$out/page"
    cp "$out/page" "$docs/benchmarks.md"
}

# Everything is built before anything is measured.
examples=()
for part in "${parts[@]}"; do
    case $part in
    peers) cargo build --locked --release --quiet --manifest-path benches/peers/Cargo.toml ;;
    instructions)
        cargo build --locked --release --quiet -p tabella-runtime --example count
        examples+=(--example record --example instructions)
        ;;
    *) examples+=(--example "$part") ;;
    esac
done
[ ${#examples[@]} -eq 0 ] || cargo build --locked --release --quiet -p tabella-workloads "${examples[@]}"

example() {
    local name=$1
    shift
    "${CARGO_TARGET_DIR:-target}/release/examples/$name" "$@"
}

for part in "${parts[@]}"; do
    echo "== $part" >&2
    case $part in
    peers)
        options=(--seconds 2)
        $quick && options=(--seconds 0.05 --only W1,W4,W5 --w4 2000)
        cargo run --locked --release --quiet --manifest-path benches/peers/Cargo.toml -- \
            "${options[@]}" --svg "$docs/benchmarks.svg" >"$out/$part.md"
        ;;
    instructions)
        # A bound that is exceeded is seen in the table.
        workloads=(w1 w2 w3 w4-small w4 w5-small w5)
        $quick && workloads=(w1)
        scripts/instructions.sh --no-bounds --markdown "$out/$part.md" "${workloads[@]}" >/dev/null
        sizes=(1000 10000 100000 1000000) shares=(0 10 25 50 75 100) length=()
        $quick && sizes=(1000 3000) shares=(0 100) length=(--quick)
        counter=${CARGO_TARGET_DIR:-target}/release/examples/count
        example instructions "$counter" growth "${sizes[@]}" >"$out/growth-instructions.md"
        example instructions "$counter" conditions "${shares[@]}" >"$out/conditions.md"
        example instructions "$counter" adversarial "${length[@]}" >"$out/adversarial-instructions.md"
        insert growth-instructions "$out/growth-instructions.md"
        insert conditions "$out/conditions.md"
        insert adversarial-instructions "$out/adversarial-instructions.md"
        ;;
    growth)
        sizes=(1000 10000 100000 1000000)
        $quick && sizes=(1000 3000)
        example growth --svg "$docs/growth.svg" "${sizes[@]}" >"$out/$part.md"
        ;;
    sizes)
        workloads=(w1 w2 w3 w4)
        $quick && workloads=(w1 w4-small)
        example sizes "${workloads[@]}" >"$out/$part.md"
        ;;
    adversarial)
        example adversarial --svg "$docs/adversarial.svg" >"$out/$part.md"
        ;;
    esac
    insert "$part" "$out/$part.md"
done
{
    printf 'Measured on %s ' "$(date -u +%Y-%m-%d)"
    printf 'with %s, ' "$(rustc --version | cut -d' ' -f1,2)"
    printf 'on %s cores of %s.\n' "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
} >"$out/machine.md"
insert machine "$out/machine.md"

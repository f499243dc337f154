#!/bin/sh
# Mutation check: every wrong edit of crates/tabella-worlds/mutants.txt must be caught by a suite. What caught each is
# written into docs/mutations.md. Usage: scripts/mutants.sh [--only WORD] [--from N] [--missing] [--work DIR]
set -eu
cd "$(dirname "$0")/.."
exec cargo run -q -p tabella-worlds --bin mutants -- "$@"

#!/bin/sh
# Mutation check: every wrong edit of crates/tabella-worlds/mutants.txt must be caught by a suite.
# Usage: scripts/mutants.sh [--only WORD] [--suites all] [--work DIR]
set -eu
cd "$(dirname "$0")/.."
exec cargo run -q -p tabella-worlds --bin mutants -- "$@"

#!/bin/sh
# The long differential run: reference against tables, 10,000,000 requests on generated worlds and, when the
# shared corpora are there, 1,000,000 on an estate of 1,000 principals with AWS managed policies.
# Usage: scripts/differential.sh [threads]
set -eu
cd "$(dirname "$0")/.."
threads="${1:-2}"
run="cargo run -q --release -p tabella-worlds --bin differential --"
$run --seeds 0..10000 --requests 1000 --threads "$threads"
$run --seeds 100000..100500 --requests 2000 --size medium --threads "$threads"
shared="${TABELLA_SHARED:-../shared}"
if [ -e "$shared/corpora/aws-managed-policies.jsonl.gz" ]; then
  TABELLA_SHARED="$shared" $run --estate 1000 --seeds 0..1000 --requests 1000 --threads "$threads"
else
  echo "skipped: no $shared/corpora/aws-managed-policies.jsonl.gz (set TABELLA_SHARED)"
fi

#!/usr/bin/env bash
# Feeds the command every kind of bad or huge input and prints a table of outcome, processor time and memory.
# Fails when a run ends by a signal or a panic, takes more than LIMIT_SECONDS of processor time, or more than LIMIT_MB.
#
#   scripts/bad-input.sh [path of the command, default target/release/tabella]
#
# Needs bash, awk, and GNU time as /usr/bin/time.
set -uo pipefail
cd "$(dirname "$0")/.."

tabella=$(realpath "${1:-target/release/tabella}")
limit_seconds=${LIMIT_SECONDS:-120}
limit_mb=${LIMIT_MB:-6000}
mega=${MEGABYTES:-100}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# repeat TEXT COUNT: the text so many times
repeat() { awk -v text="$1" -v count="$2" 'BEGIN { for (i = 0; i < count; i++) printf "%s", text }'; }
# megabytes TEXT: the text repeated to about $mega MB
megabytes() { repeat "$1" $((mega * 1000000 / ${#1})); }

# row NAME ARGUMENTS...: runs the command and prints a row of the table
row() {
    local name=$1
    shift
    (cd "$work" && ulimit -t "$limit_seconds" && /usr/bin/time -f '%U %S %M' -o time "$tabella" "$@") \
        >"$work/out" 2>"$work/err" </dev/null
    local code=$? user system seconds memory outcome
    read -r user system memory < <(tail -n 1 "$work/time")
    seconds=$(awk -v u="$user" -v s="$system" 'BEGIN { printf "%.2f", u + s }')
    memory=$((${memory:-0} / 1024))
    outcome=$(grep -m 1 -E '^error' "$work/err" || grep -m 1 -E '^warning' "$work/err")
    outcome=$(cut -c 1-110 <<<"$outcome" | sed 's/|/\\|/g')
    [ -n "$outcome" ] || outcome=$(head -c 110 "$work/out" | head -n 1 | sed 's/|/\\|/g')
    local verdict=""
    if [ "$code" -gt 2 ] || grep -qE "panicked|overflowed its stack" "$work/err"; then verdict="**CRASH**"; fi
    if [ "$memory" -gt "$limit_mb" ]; then verdict="$verdict **over $limit_mb MB**"; fi
    [ -z "$verdict" ] || failures=$((failures + 1))
    printf '| %s | %s | %s%s | %s s | %s MB |\n' "$name" "$code" "$outcome" "$verdict" "$seconds" "$memory"
}

# file NAME: standard input becomes a file of the work folder
file() { cat >"$work/$1"; }

echo "| input | exit | outcome | processor | memory |"
echo "|---|---|---|---|---|"

# ---------------------------------------------------------------- files
row "a missing file" check missing.tabella
mkdir "$work/empty" && row "a folder without sources" check empty
mkdir "$work/folder.tabella" && row "a folder where a file is wanted" build -o out.tbl folder.tabella/x
: | file empty.tabella && row "an empty file" check empty.tabella
printf '\xef\xbb\xbf' | file bom.tabella && row "only a byte-order mark" check bom.tabella
printf 'policy P { // caf\xe9\n}\n' | file latin1.tabella && row "invalid UTF-8" check latin1.tabella
head -c 1000000 /dev/urandom | file random.tabella && row "1 MB of random bytes" check random.tabella
truncate -s 300M "$work/huge.tabella" && row "a 300 MB file" check huge.tabella
printf 'allow\xe2\x80\xae' | file bidi.tabella && row "characters that reorder text" check bidi.tabella

# ---------------------------------------------------------------- length
megabytes '(' | file parens.tabella && row "$mega MB of (" check parens.tabella
megabytes '{' | file braces.tabella && row "$mega MB of {" check braces.tabella
megabytes 'x' | file word.tabella && row "one word of $mega MB" check word.tabella
{ printf 'const c = "'; megabytes 'x'; printf '"\n'; } | file string.tabella && row "one string of $mega MB" check string.tabella
{ printf 'const c = "'; megabytes 'x'; } | file unclosed.tabella && row "an unclosed string of $mega MB" check unclosed.tabella
repeat $'// a comment\n' 1000000 | file comments.tabella && row "a million comment lines" check comments.tabella
repeat $'// a comment\n' 1000000 | file comments.tabella && row "a million comment lines, fmt" fmt --check comments.tabella
megabytes $'\n' | file lines.tabella && row "$mega MB of empty lines" check lines.tabella
awk -v bytes=$((mega * 1000000)) 'BEGIN { while (n < bytes) { s = sprintf("policy P%d {\n  allow s3:GetObject on arn:aws:s3:::bucket-%d/*\n}\n", i, i); i++; n += length(s); printf "%s", s } }' \
    | file policies.tabella && row "$mega MB of policies" check policies.tabella
{ echo 'policy P {'; repeat $'  allow s3:GetObject on arn:aws:s3:::b/*\n' 200000; echo '}'; } | file statements.tabella \
    && row "a policy of 200,000 statements" check statements.tabella
{ printf 'actions a = s3:GetObject'; repeat ', s3:GetObject' 1000000; echo; } | file actions.tabella \
    && row "a set of a million actions" check actions.tabella
repeat $'policy P {\n' 100000 | file broken.tabella && row "100,000 errors" check broken.tabella

awk 'BEGIN { print "account main 111111111111"; for (i = 0; i < 50000; i++) printf "user U%d in main { policies P%d }\npolicy P%d {\n  allow s3:GetObject, ec2:Describe* on arn:aws:s3:::bucket-%d/*\n  deny iam:* on * unless aws:MultiFactorAuthPresent\n}\n", i, i, i, i }' \
    | file attached.tabella && row "50,000 users with a policy each, build" build -o attached.tbl attached.tabella

# ---------------------------------------------------------------- depth
{ printf 'condition c = '; repeat '(' 1000000; } | file deep.tabella && row "a million nested parentheses" check deep.tabella
{ printf 'condition c = '; repeat 'not ' 1000000; echo 'aws:SecureTransport'; } | file nots.tabella \
    && row "a million nots" check nots.tabella
{ printf 'condition c = aws:SecureTransport'; repeat ' and aws:SecureTransport' 1000000; echo; } | file ands.tabella \
    && row "a million ands" check ands.tabella
{ echo 'organization o-a {'; repeat 'unit u {' 100000; } | file units.tabella && row "100,000 nested units" check units.tabella

# ---------------------------------------------------------------- names
echo 'import "cycle-b.tabella"' | file cycle-a.tabella
echo 'import "cycle-a.tabella"' | file cycle-b.tabella && row "cyclic imports" check cycle-a.tabella
echo 'import "self.tabella"' | file self.tabella && row "a file that imports itself" check self.tabella
echo 'import "nowhere.tabella"' | file lost.tabella && row "an import of nothing" check lost.tabella
printf 'condition a = b\ncondition b = a\npolicy P { allow * when a }\n' | file names.tabella \
    && row "conditions that name each other" check names.tabella
awk 'BEGIN { print "actions a0 = s3:GetObject, s3:PutObject"; for (i = 1; i < 40; i++) printf "actions a%d = a%d, a%d\n", i, i-1, i-1; print "policy P { allow a39 }" }' \
    | file bomb.tabella && row "sets that double forty times" check bomb.tabella
awk 'BEGIN { print "condition c0 = aws:SourceIp == 10.0.0.1 or aws:username == \"a\""; for (i = 1; i < 40; i++) printf "condition c%d = c%d and c%d\n", i, i-1, i-1; print "policy P { allow * when c39 }" }' \
    | file bomb-conditions.tabella && row "conditions that double forty times" check bomb-conditions.tabella

# ---------------------------------------------------------------- patterns and conditions
estate='account main 111111111111\nuser Ada in main { policies P }\n'
{ printf "$estate"; printf 'policy P { allow s3:GetObject on arn:aws:s3:::%s }\n' "*a$(repeat '?' 2000)"; } | file question.tabella \
    && row "*a and 2,000 ?" decide question.tabella --principal arn:aws:iam::111111111111:user/Ada --action s3:GetObject \
        --resource "arn:aws:s3:::$(repeat a 10000)"
{ printf "$estate"; echo 'policy P {'; awk 'BEGIN { for (i = 0; i < 1000; i++) printf "  allow s3:GetObject on arn:aws:s3:::*k%d*m%d*\n", i, i }'; echo '}'; } \
    | file overlap.tabella && row "1,000 overlapping wildcards" decide overlap.tabella \
        --principal arn:aws:iam::111111111111:user/Ada --action s3:GetObject --resource "arn:aws:s3:::$(repeat k1m2 5000)"
{ printf "$estate"; echo 'policy P { allow s3:GetObject on *'; printf 'when '; awk 'BEGIN { for (i = 0; i < 24; i++) printf "%s(aws:RequestTag/a%d == \"x\" or aws:RequestTag/b%d == \"y\")", i ? " and " : "", i, i }'; echo '}'; } \
    | file disjuncts.tabella && row "a condition of 2^24 alternatives" check disjuncts.tabella
printf "${estate}policy P { allow $(repeat 's3:*a*b*c*, ' 5000)s3:x }\n" | file action-globs.tabella \
    && row "5,000 action wildcards" check action-globs.tabella

# ---------------------------------------------------------------- JSON
repeat '[' 1000000 | file deep.json && row "JSON: a million open brackets" check deep.json
repeat '{"a":' 1000000 | file deep-objects.json && row "JSON: a million open objects" check deep-objects.json
echo '{"Version": "2012-10-17", "Statement": [], "Statement": []}' | file twice.json && row "JSON: a key twice" check twice.json
printf '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"' | file cut.json && row "JSON: cut short" check cut.json
printf '{"Version": "2012-10-17", "Statement": "\xff"}' | file latin1.json && row "JSON: invalid UTF-8" check latin1.json
echo '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringEqualz": {"a": "b"}}}}' \
    | file operator.json && row "JSON: an unknown operator in a Deny" check operator.json
{ printf '{"Version":"2012-10-17","Statement":['; megabytes '{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"},'
    printf '{"Effect":"Allow","Action":"*","Resource":"*"}]}'; } | file huge.json && row "JSON: $mega MB of statements" check huge.json
{ printf '{"Version":"2012-10-17","Statement":['; megabytes '1,'; printf '1]}'; } | file numbers.json && row "JSON: $mega MB of numbers" check numbers.json

# ---------------------------------------------------------------- artifacts
printf "${estate}policy P { allow s3:GetObject on arn:aws:s3:::b/* }\n" | file good.tabella
(cd "$work" && "$tabella" build -o good.tbl good.tabella >/dev/null)
head -c 100 "$work/good.tbl" | file cut.tbl && row "an artifact cut short" inspect cut.tbl
{ head -c 400 "$work/good.tbl"; printf '\xff\xff\xff\xff'; tail -c +405 "$work/good.tbl"; } | file damaged.tbl && row "a damaged artifact" inspect damaged.tbl
: | file empty.tbl && row "an empty artifact" inspect empty.tbl
head -c 1000000 /dev/urandom | file random.tbl && row "random bytes as an artifact" inspect random.tbl

echo
if [ "$failures" -gt 0 ]; then
    echo "$failures rows failed"
    exit 1
fi
echo "no crash, nothing over $limit_seconds s or $limit_mb MB"

#!/bin/sh
# Asks real Go again and rewrites every recorded answer. Needs go 1.27 in PATH and nothing else; takes a few minutes.
set -eu
cd "$(dirname "$0")"
export GOTOOLCHAIN=local GOPROXY=off GOFLAGS="-mod=mod -p=1" CGO_ENABLED=0 GOMAXPROCS=1
for program in channels select context time sync waits panic atomic fatal order; do
    go run "semantics/$program.go" > "semantics/$program.txt"
done
# golang.org/x/sync is not in the standard library: X_SYNC names a checkout of it, and without one its answers stay.
if [ -n "${X_SYNC:-}" ]; then
    module=$(mktemp -d)
    { cat go.mod; echo "require golang.org/x/sync v0.0.0"; echo "replace golang.org/x/sync => $X_SYNC"; } > "$module/go.mod"
    go run -modfile="$module/go.mod" semantics/group.go > semantics/group.txt
    rm -r "$module"
fi
leak=$(mktemp)
go build -o "$leak" ./leak
for mode in rows accumulation plateau matrix; do
    "$leak" "$mode" > "leak/$mode.txt"
done
"$leak" one-processor > leak/one_processor.txt
rm -f "$leak"

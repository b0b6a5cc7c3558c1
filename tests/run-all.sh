#!/usr/bin/env bash
# Runs every suite and closes with the counts. A suite that fails stops the run.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

step() { printf '\n== %s\n' "$1"; }

step "Rust: unit, store conformance on SQLite and PostgreSQL, front door"
tests/with-postgres.sh cargo test --workspace --no-fail-fast 2>&1 | tee "$log"
rust=$(awk '/^test result:/ {p += $4; f += $6; i += $8} END {printf "%d passed, %d failed, %d ignored", p, f, i}' "$log")

step "Web: unit tests"
(cd web && npm run test)

step "Provider simulator against the official SDKs"
tests/fleet_sdk/run.sh target/debug/quorum

step "Other clients, unchanged: OpenAI, Anthropic, MCP, agent frameworks"
tests/compatible/run.sh target/debug/quorum

step "Real questions through the whole system"
python3 tests/demo_data/run.py --binary target/debug/quorum

step "Containers and monitoring: names, ports, health checks, settings, figures"
python3 tests/compose/check.py target/debug/quorum

step "Security: the API as described, other people's things, extra fields, other sites, secrets, licences"
tests/security/run.sh target/debug/quorum

step "Faults: real processes killed, frozen, cut off and restarted (smoke size)"
python3 tests/faults/run.py --binary target/debug/quorum --size smoke

step "Benchmark: builds and runs (small size, debug binary; its figures mean nothing)"
cargo build --package quorum-bench
tests/bench/run.sh target/debug small

step "Browser: the product in Chromium at 1280 and 390 px"
(cd web && QUORUM_BIN="$PWD/../target/debug/quorum" npm run e2e)

printf '\nRust: %s\n' "$rust"
case "$rust" in *" 0 failed, 0 ignored") ;; *) echo "a Rust test failed or was skipped" >&2; exit 1 ;; esac

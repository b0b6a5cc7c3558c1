#!/usr/bin/env bash
# The page with hot reload in front of a debug server; Ctrl+C stops both.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p web/dist
cargo build --bin quorum
./target/debug/quorum --data-dir data --port 8000 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
(cd web && npm run dev)

#!/usr/bin/env bash
# Runs the benchmark with a PostgreSQL (forced to disk) and a Redis of its own.
#   run.sh FOLDER_OF_BINARIES small|full [PART,PART]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binaries=$(realpath "$1")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no >/dev/null &
redis=$!
trap 'kill $redis 2>/dev/null || true' EXIT
export QUORUM_TEST_REDIS_URL="redis://127.0.0.1:$port" QUORUM_TEST_FSYNC=on
"$here/../with-postgres.sh" "$binaries/quorum-bench" run --binary "$binaries/quorum" --size "$2" ${3:+--only "$3"}

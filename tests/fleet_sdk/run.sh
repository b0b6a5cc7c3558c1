#!/usr/bin/env bash
# Starts the fleet of a binary and speaks to it with the official SDKs: run.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
venv="$here/../../.cache/fleet_sdk"
if [ ! -x "$venv/bin/python" ] || ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/installed.txt"
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$binary" --port "$port" fleet >/dev/null &
fleet=$!
trap 'kill $fleet 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/fleet/health', timeout=1)" 2>/dev/null && break
  sleep 0.1
done
"$venv/bin/python" "$here/check.py" "http://127.0.0.1:$port"

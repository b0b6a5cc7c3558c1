#!/usr/bin/env bash
# Serves one small real model and puts ten questions through the product: run.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=$("$here/install.sh")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$python" "$here/serve.py" "smollm2=$port" >"$here/../../.cache/real_model.log" 2>&1 &
model=$!
trap 'kill $model 2>/dev/null || true' EXIT
for _ in $(seq 300); do
  python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/health', timeout=1)" 2>/dev/null && break
  sleep 0.2
done
python3 "$here/check.py" "$1" "$port"

#!/usr/bin/env bash
# Starts the product with two small real models beside the demo: serve-and-run.sh BINARY DATA_DIR PORT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=$("$here/install.sh")
"$python" "$here/serve.py" smollm2=21601 gemma3=21602 >/dev/null 2>&1 &
models=$!
trap 'kill $models 2>/dev/null || true' EXIT
export QUORUM__LOCAL_MODELS='[{name="SmolLM2 135M",base_url="http://127.0.0.1:21601/v1",model="smollm2-135m-instruct"},{name="Gemma 3 270M",base_url="http://127.0.0.1:21602/v1",model="gemma-3-270m-base"}]'
export QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS='["127.0.0.1:21601", "127.0.0.1:21602"]'
"$1" --data-dir "$2" --port "$3"

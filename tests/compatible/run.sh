#!/usr/bin/env bash
# The clients of others, unchanged, against a binary: run.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
venv="$here/../../.cache/compatible"
if [ ! -x "$venv/bin/python" ] || ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/installed.txt"
fi
exec "$venv/bin/python" "$here/check.py" --binary "$binary"

#!/usr/bin/env bash
# The security proofs against a binary: run.sh BINARY [--only WORD]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
shift
venv="$here/../../.cache/security"
if [ ! -x "$venv/bin/python" ] || ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/installed.txt"
fi
exec "$venv/bin/python" "$here/run.py" --binary "$binary" "$@"

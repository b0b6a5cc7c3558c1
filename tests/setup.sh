#!/usr/bin/env bash
# Installs what is missing: `setup.sh run` for running, `setup.sh scale` for PostgreSQL
# and Redis beside it, `setup.sh test` for the test suites.
set -euo pipefail
purpose=${1:-run}

need=()
command -v cc >/dev/null || need+=(build-essential)
command -v python3 >/dev/null || need+=(python3)
if [ "$purpose" != run ]; then
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need+=(postgresql postgresql-contrib)
  command -v redis-server >/dev/null || need+=(redis-server)
  [ "$purpose" != test ] || command -v faketime >/dev/null || need+=(faketime)
fi
if [ "$purpose" = test ]; then
  command -v chromium >/dev/null || need+=(chromium)
  python3 -c 'import yaml' 2>/dev/null || need+=(python3-yaml)
  python3 -c 'import venv, ensurepip' 2>/dev/null || need+=(python3-venv)
fi
if [ ${#need[@]} -gt 0 ]; then
  echo "installing: ${need[*]}"
  if ! command -v apt-get >/dev/null; then
    echo "please install these yourself: ${need[*]}" >&2
    exit 1
  fi
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi
for tool in cargo node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is needed: install Rust 1.95 (rustup) and Node.js 20 or newer" >&2; exit 1; }
done

#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL cluster: with-postgres.sh COMMAND [ARG...]
# The command finds it under QUORUM_TEST_POSTGRES_URL. Everything is gone afterwards, so nothing is
# forced to disk, unless QUORUM_TEST_FSYNC=on says that it is to be as in earnest.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
  echo "PostgreSQL is not installed: apt-get install postgresql postgresql-contrib" >&2
  exit 1
fi

folder=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as_postgres() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as_postgres() { runuser -u postgres -- "$@"; }
fi

stop() {
  as_postgres "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT

cd /
as_postgres "$bin/initdb" -D "$folder/data" -A trust -U quorum --no-sync >/dev/null
as_postgres "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=${QUORUM_TEST_FSYNC:-off} -c max_connections=300" start >/dev/null
cd - >/dev/null

export QUORUM_TEST_POSTGRES_URL="postgres://quorum@127.0.0.1:$port/postgres"
"$@"

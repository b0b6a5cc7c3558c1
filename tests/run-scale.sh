#!/usr/bin/env bash
# The scale-out set on this machine: PostgreSQL and Redis of its own, two API processes and two
# workers, and a simulator for the demo. Everything is kept under the data folder; Ctrl+C stops it.
#   run-scale.sh BINARY DATA_DIR PORT
set -euo pipefail
binary=$(realpath "$1")
mkdir -p "$2"
data=$(realpath "$2")
port=$3
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
as_postgres() { "$@"; }
mkdir -p "$data/postgres" "$data/redis"
if [ "$(id -u)" = 0 ]; then
  chown postgres "$data/postgres"
  chmod o+x "$data"
  as_postgres() { (cd / && runuser -u postgres -- "$@"); }
fi
database_port=$((port + 54)) redis_port=$((port + 63)) fleet_port=$((port + 90))
processes=()
stop() {
  trap - EXIT INT TERM
  kill -TERM "${processes[@]}" 2>/dev/null || true
  wait "${processes[@]}" 2>/dev/null || true
  as_postgres "$bin/pg_ctl" -D "$data/postgres/data" -m fast stop >/dev/null 2>&1 || true
}
trap stop EXIT
trap 'exit 0' INT TERM

[ -d "$data/postgres/data" ] || as_postgres "$bin/initdb" -D "$data/postgres/data" -A trust -U quorum >/dev/null
as_postgres "$bin/pg_ctl" -D "$data/postgres/data" -w -l "$data/postgres/log" \
  -o "-p $database_port -k $data/postgres -c listen_addresses=127.0.0.1 -c max_connections=200" start >/dev/null
redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$data/redis" --save "" --appendonly no >"$data/redis/log" &
processes+=($!)
"$binary" fleet --port "$fleet_port" --first-token-ms 350 --tokens-per-second 60 >/dev/null &
processes+=($!)

export QUORUM__STORE__URL="postgres://quorum@127.0.0.1:$database_port/postgres"
export QUORUM__BUS__URL="redis://127.0.0.1:$redis_port"
export QUORUM__DEMO__ORIGIN="http://127.0.0.1:$fleet_port"
for number in 0 1; do
  QUORUM__WORKERS__LISTEN="127.0.0.1:$((port + 100 + number))" "$binary" --data-dir "$data" work 2>"$data/work-$number.log" &
  processes+=($!)
  "$binary" --data-dir "$data" --port "$((port + number))" serve 2>"$data/serve-$number.log" | sed -u "s/^  Quorum/  API $number: Quorum/" &
  processes+=($!)
done
echo "Health and metrics of the workers: http://127.0.0.1:$((port + 100))/metrics and :$((port + 101)). Logs: $data/*.log"
wait

"""Quorum as it is really run: one binary with SQLite, or API nodes and workers on PostgreSQL and Redis."""
import base64
import json
import os
import pathlib
import re
import subprocess
import threading

from database import Database
from processes import Fleet, Postgres, Process, Redis, fetch, free_port, wait_until
from proxy import Proxy

EMBEDDED, SCALE = "embedded", "scale"

# A driver asks for many people from one address; scenarios about limits set them again.
NO_RATES = {f"rates__{what}": "{per_minute=0,burst=0}" for what in ("address", "user", "asking")}


class Node(Process):
    """A process of ours: where it answers, and how it is started."""

    def __init__(self, name, role, binary, folder, port, environment):
        command = [binary, *role, "--data-dir", pathlib.Path(folder) / f"data-{name}", "--port", port]
        super().__init__(name, command, folder, environment)
        self.port, self.origin = port, f"http://127.0.0.1:{port}"

    def start(self, wait=True, **environment):
        super().start(**environment)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=30):
        def up():
            if not self.alive():
                raise RuntimeError(f"{self.name} did not start: {self.said()[-1500:]}")
            return fetch(f"{self.origin}/health/ready")[0] == 200
        return wait_until(up, seconds, f"readiness of {self.name}")

    def metric(self, name, **labels):
        """A figure of /metrics, summed over the labels that were not named."""
        total = 0.0
        for line in fetch(f"{self.origin}/metrics")[1].splitlines():
            found = re.fullmatch(rf"{name}(\{{.*\}})? (\S+)", line)
            wanted = all(f'{key}="{value}"' in (found and found[1] or "") for key, value in labels.items())
            if found and wanted:
                total += float(found[2])
        return total


class Cluster:
    """All processes of one scenario; private ports, a throw-away folder."""

    def __init__(self, store, binary, folder, apis=2, workers=2, fleet=(), through=(), redis=(), environment=None, disk=None, own_postgres=False, **settings):
        self.store, self.binary, self.folder = store, binary, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.environment, self.settings = dict(environment or {}), settings
        self.disk = self._small_disk(disk) if disk else None
        self.proxies, self.nodes, self.postgres, self.redis, self.db = {}, [], None, None, None
        self.fleet = Fleet(binary, self.folder, *fleet)
        self._calls, self._calls_lock = {}, threading.Lock()
        self._redis_options, self._through, self._own_postgres = redis, through, own_postgres or disk
        self._counts = (1, 1) if store == EMBEDDED else (apis, workers)

    def _small_disk(self, size):
        """A file system of its own, so small that it can be filled, where the database will be."""
        place = self.folder / ("data-quorum" if self.store == EMBEDDED else "postgres")
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", place], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"a small disk cannot be mounted (needs root): {done.stderr.strip()}")
        return place

    # What stands.

    def start(self):
        self.fleet.start()
        if "fleet" in self._through:
            self.proxies["fleet"] = Proxy(self.fleet.port)
        if self.store == SCALE:
            self._start_engines()
        else:
            self._add("quorum", [], free_port())
            self.db = Database(path=str(self.folder / "data-quorum" / "quorum.db"))
        self.nodes[0].start()
        self._together(self.nodes[1:])
        return self

    def _start_engines(self):
        if self._own_postgres:
            self.postgres, self.database = Postgres(self.folder / "postgres").create().start(), "postgres"
        else:
            self.postgres, self.database = Postgres.common(), f"faults_{os.urandom(6).hex()}"
            self.postgres.add_database(self.database)
        self.redis = Redis(self.folder, *self._redis_options).start()
        for name, port in (("postgres", self.postgres.port), ("redis", self.redis.port)):
            if name in self._through:
                self.proxies[name] = Proxy(port)
        self.db = Database(url=self.database_url())
        self.environment.setdefault("QUORUM_MASTER_KEY", base64.b64encode(os.urandom(32)).decode())
        for number in range(self._counts[0]):
            self._add(f"api{number + 1}", ["serve"], free_port())
        for number in range(self._counts[1]):
            self._add(f"worker{number + 1}", ["work"], free_port())

    def _add(self, name, role, port):
        return self.add_node(name, role, self.node_environment(), port)

    def add_node(self, name, role, environment, port=None):
        """One more process, not started yet."""
        port = port or free_port()
        if name.startswith("worker"):
            environment = {**environment, "QUORUM__WORKERS__LISTEN": f"127.0.0.1:{port}"}
        self.nodes.append(Node(name, role, self.binary, self.folder, port, environment))
        return self.nodes[-1]

    def node_environment(self):
        settings = {
            "demo__enabled": "false", "providers__allowed_private_hosts": json.dumps(["127.0.0.1"]),
            "log__filter": "info", **NO_RATES, **self.settings,
        }
        if self.store == SCALE:
            settings["store__url"] = self.database_url(self.port_of("postgres"))
            settings["bus__url"] = f"redis://127.0.0.1:{self.port_of('redis')}"
        return {**{f"QUORUM__{key.upper()}": str(value) for key, value in settings.items()}, **self.environment}

    def port_of(self, name):
        """Where others find it: behind its proxy, if it has one."""
        if name in self.proxies:
            return self.proxies[name].port
        return {"fleet": self.fleet, "postgres": self.postgres, "redis": self.redis}[name].port

    def database_url(self, port=None):
        return self.postgres.url(self.database, port)

    def restart(self, nodes=None):
        """Kills these nodes, or all, and starts them together."""
        for node in nodes or self.nodes:
            node.kill()
        self._together(nodes or self.nodes)

    @property
    def apis(self):
        return [node for node in self.nodes if not node.name.startswith("worker")]

    @property
    def workers(self):
        return [node for node in self.nodes if not node.name.startswith("api")]

    @property
    def fleet_origin(self):
        return f"http://127.0.0.1:{self.port_of('fleet')}"

    # What is seen.

    def calls(self):
        """Every request that reached a provider; those that have ended are not fetched again."""
        with self._calls_lock:
            running = [number for number, call in self._calls.items() if call["outcome"] == "open"]
            after = min(running) - 1 if running else max(self._calls, default=0)
            for call in json.loads(fetch(f"{self.fleet.origin}/fleet/calls?after={after}", 60)[1]):
                call.pop("messages", None)
                self._calls[call["number"]] = call
            return list(self._calls.values())

    def metric(self, name, **labels):
        return sum(node.metric(name, **labels) for node in self.nodes if node.alive())

    def held_by(self, node):
        """Responses that a process holds a lease on."""
        where = f"lease_owner LIKE 'worker-{node.pid}-%'"
        return [row["id"] for row in self.db.rows(f"SELECT id FROM responses WHERE {where}")]

    def panics(self):
        return [node.name for node in self.nodes if "panicked at" in node.said()]

    def close(self):
        self._together(self.nodes, lambda node: node.close())
        for part in (self.db, self.fleet, self.redis, self._own_postgres and self.postgres, *self.proxies.values()):
            if part:
                part.close()
        if self.disk:
            subprocess.run(["umount", "-l", self.disk], check=False)

    @staticmethod
    def _together(nodes, action=lambda node: node.start()):
        errors = []

        def guarded(node):
            try:
                action(node)
            except Exception as error:  # Told below, in the caller's thread.
                errors.append(error)
        threads = [threading.Thread(target=guarded, args=(node,)) for node in nodes if node]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

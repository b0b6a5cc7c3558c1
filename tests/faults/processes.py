"""Real processes that a scenario may kill, freeze and start again: ours, PostgreSQL, Redis, the fleet."""
import glob
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


GIVEN, GIVING = set(), threading.Lock()


def free_port():
    """A port that is free and was given to nobody else here; below the range that outgoing connections use."""
    for _ in range(500):
        port = 12_000 + int.from_bytes(os.urandom(2)) % 20_000
        with GIVING, socket.socket() as probe:
            if port in GIVEN:
                continue
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            GIVEN.add(port)
            return port
    raise RuntimeError("no free port")


def fetch(url, timeout=2.0):
    """Status and text of a page; status 0 when nobody answers."""
    try:
        with DIRECT.open(url, timeout=timeout) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (OSError, ValueError):
        return 0, ""


def wait_until(ready, seconds, what, every=0.03):
    """Waits until `ready()` is true and gives the seconds that it took."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if ready():
            return time.monotonic() - begun
        time.sleep(every)
    raise TimeoutError(f"{what} did not happen within {seconds} s")


class Process:
    """One process with its log; the same command can be started again."""

    def __init__(self, name, command, folder, environment=None):
        self.name, self.command, self.environment = name, [str(part) for part in command], dict(environment or {})
        self.log = pathlib.Path(folder) / f"{name}.log"
        self.popen = None

    def start(self, **environment):
        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen(
                self.command, env={**os.environ, **self.environment, **environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )
        return self

    @property
    def pid(self):
        return self.popen.pid

    def alive(self):
        return self.popen is not None and self.popen.poll() is None

    def send(self, what):
        if self.alive():
            self.popen.send_signal(what)

    def kill(self):
        self.send(signal.SIGKILL)
        self.popen.wait()

    def freeze(self):
        self.send(signal.SIGSTOP)

    def thaw(self):
        self.send(signal.SIGCONT)

    def terminate(self, seconds=40):
        """Asks it to stop; gives the exit code and the seconds that it took."""
        begun = time.monotonic()
        self.send(signal.SIGTERM)
        code = self.popen.wait(seconds)
        return code, time.monotonic() - begun

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def close(self):
        if self.alive():
            self.send(signal.SIGCONT)
            self.kill()


class Fleet(Process):
    """The provider simulator; its call log is the oracle of spend."""

    def __init__(self, binary, folder, *options):
        self.port = free_port()
        super().__init__("fleet", [binary, "fleet", "--port", self.port, *options], folder)
        self.origin = f"http://127.0.0.1:{self.port}"

    def start(self, **environment):
        super().start(**environment)
        wait_until(lambda: fetch(f"{self.origin}/fleet/health")[0] == 200, 20, "the start of the fleet")
        return self


class Postgres:
    """A throw-away PostgreSQL server on a private port."""

    shared, lock = None, threading.Lock()

    def __init__(self, folder):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
        self.bin, self.folder, self.port = found[-1], pathlib.Path(folder), free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")

    @classmethod
    def common(cls):
        """One server for all scenarios that do it no harm."""
        with cls.lock:
            if cls.shared is None:
                folder = pathlib.Path(tempfile.mkdtemp(prefix="quorum-faults-postgres-"))
                folder.chmod(0o755)
                cls.shared = cls(folder / "server").create().start()
            return cls.shared

    @classmethod
    def close_common(cls):
        if cls.shared:
            cls.shared.stop()
            shutil.rmtree(cls.shared.folder.parent, ignore_errors=True)
            cls.shared = None

    def url(self, database="postgres", port=None):
        return f"postgres://quorum@127.0.0.1:{port or self.port}/{database}"

    def add_database(self, name):
        done = subprocess.run(["psql", self.url(), "-X", "-q", "-c", f"CREATE DATABASE {name}"], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"no database: {done.stderr}")

    def run(self, *command):
        if os.getuid() == 0:
            command = ("runuser", "-u", "postgres", "--", *command)
        return subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def create(self):
        done = self.run(f"{self.bin}/initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "quorum", "--no-sync")
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stderr}")
        return self

    def start(self):
        # Only processes are killed here, never the machine, so nothing needs to reach the disk itself.
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=400 -c shared_buffers=64MB -c fsync=off"
        done = self.run(f"{self.bin}/pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", options, "start")
        if done.returncode:
            raise RuntimeError(f"PostgreSQL did not start: {done.stdout} {done.stderr}")
        return self

    def stop(self, mode="immediate"):
        self.run(f"{self.bin}/pg_ctl", "-D", f"{self.folder}/data", "-m", mode, "-w", "stop")

    def close(self):
        self.stop()


class Redis(Process):
    """A throw-away Redis on a private port."""

    def __init__(self, folder, *options):
        if not shutil.which("redis-server"):
            raise RuntimeError("Redis is not installed: apt-get install redis-server")
        self.port = free_port()
        super().__init__("redis", ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--dir", folder, *options], folder)

    def say(self, *words):
        return self.raw(*words).decode(errors="replace").strip()

    def raw(self, *words):
        """The reply as bytes: what is kept need not be text."""
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, check=False).stdout

    def start(self, **environment):
        super().start(**environment)
        wait_until(lambda: self.say("ping") == "PONG", 10, "the start of Redis")
        return self

"""A person at the API, for the scripts: starts a product, signs up, asks and waits. Standard library only."""
import http.cookiejar
import json
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


def start_fleet(binary, *options):
    """Starts the provider simulator; gives the process and its origin."""
    process = subprocess.Popen([binary, "fleet", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return process, process.stdout.readline().strip()


def start_product(binary, data_dir=None, port=0, **settings):
    """Starts the product; gives the process and its origin."""
    data_dir = data_dir or tempfile.mkdtemp(prefix="quorum-")
    environment = {**os.environ, **{f"QUORUM__{name.upper()}": value for name, value in settings.items()}}
    log = open(pathlib.Path(data_dir) / "quorum.log", "w")
    process = subprocess.Popen(
        [binary, "--data-dir", str(data_dir), "--port", str(port)], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
    )
    for line in process.stdout:
        if "open " in line:
            return process, line.split("open ")[1].strip()
    raise SystemExit("the product did not start: " + (pathlib.Path(data_dir) / "quorum.log").read_text()[-2000:])


class Person:
    """Somebody with a browser."""

    def __init__(self, origin):
        self.origin = origin
        self.csrf = ""
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def call(self, method, path, body=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        head = {"content-type": "application/json", "x-csrf-token": self.csrf, **headers}
        request = urllib.request.Request(f"{self.origin}/api/v1{path}", data, head, method=method)
        try:
            with self.opener.open(request, timeout=60) as reply:
                text = reply.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()[:500]}") from error
        return json.loads(text) if text else None

    def register(self):
        account = {"name": "Ada", "email": "ada@example.com", "password": "a long enough phrase"}
        self.csrf = self.call("POST", "/auth/register", account)["csrf_token"]
        return self

    def add_service(self, name, service_type, base_url, model, key=None, **more):
        draft = {"name": name, "service_type": service_type, "base_url": base_url, "model": model, "requires_key": key is not None, **more}
        service = self.call("POST", "/admin/services", draft)
        if key:
            self.call("POST", "/api-keys", {"service_id": service["id"], "key": key})
        return service["id"]

    def ask(self, conversation, question, services):
        body = {"content": question, "service_ids": services}
        return self.call("POST", f"/conversations/{conversation}/messages", body)["ai_request_batch"]["id"]

    def wait_for(self, batch, seconds=120):
        until = time.time() + seconds
        while time.time() < until:
            state = self.call("GET", f"/batches/{batch}")
            if state["status"] in ("COMPLETED", "FAILED", "CANCELLED"):
                return state
            time.sleep(0.1)
        raise RuntimeError(f"batch {batch} is not final after {seconds} s: {state['status']}")


class Tally:
    """Counts checks and prints the closing line."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, ok, detail=""):
        self.passed, self.failed = self.passed + bool(ok), self.failed + (not ok)
        if not ok:
            print(f"FAIL {name} {detail}")

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed")
        raise SystemExit(self.failed > 0)

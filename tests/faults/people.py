"""People with a browser who see every status and header, on whichever API node they choose."""
import http.client
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "client"))
from quorum_client import Person  # noqa: E402

PASSWORD = "a long enough phrase"


class Reply:
    """What came back; status 0 when nothing did."""

    def __init__(self, status, headers, body, seconds):
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds

    @property
    def ok(self):
        return 200 <= self.status < 300


class Caller(Person):
    """A person whose every reply is kept in `replies` as (status, seconds, what was wrong with it)."""

    def __init__(self, origins, replies):
        super().__init__(origins[0])
        self.origins, self.replies, self.name = list(origins), replies, ""

    def request(self, method, path, body=None, node=0, timeout=60, **headers):
        raw = isinstance(body, bytes)
        data = body if raw or body is None else json.dumps(body).encode()
        head = {"content-type": "application/octet-stream" if raw else "application/json", "x-csrf-token": self.csrf}
        head.update({name.replace("_", "-"): value for name, value in headers.items()})
        origin = self.origins[node % len(self.origins)]
        request = urllib.request.Request(f"{origin}/api/v1{path}", data, head, method=method)
        begun = time.monotonic()
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                status, fields = answer.status, answer.headers
                text = first_event(answer) if fields.get("Content-Type") == "text/event-stream" else answer.read()
        except urllib.error.HTTPError as error:
            status, fields, text = error.code, error.headers, error.read()
        except (OSError, http.client.HTTPException) as error:
            status, fields, text = 0, {}, json.dumps(str(error)).encode()
        seconds = time.monotonic() - begun
        self.replies.append((status, seconds, fault_of(status, fields)))
        try:
            return Reply(status, fields, json.loads(text) if text else None, seconds)
        except ValueError:
            return Reply(status, fields, text.decode(errors="replace"), seconds)

    def get(self, path, node=0):
        reply = self.request("GET", path, node=node)
        if not reply.ok:
            raise RuntimeError(f"GET {path}: {reply.status} {str(reply.body)[:300]}")
        return reply.body

    def sign_in(self, email, register=False):
        account = {"email": email, "password": PASSWORD, **({"name": email.split("@")[0]} if register else {})}
        reply = self.request("POST", "/auth/register" if register else "/auth/login", account)
        if not reply.ok:
            raise RuntimeError(f"{email} cannot sign in: {reply.status} {reply.body}")
        self.csrf, self.name, self.id = reply.body["csrf_token"], email, reply.body["user"]["id"]
        return self

    def cookie(self):
        jar = next(handler for handler in self.opener.handlers if hasattr(handler, "cookiejar")).cookiejar
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def first_event(answer):
    """What an endless stream begins with."""
    lines = []
    while not lines or lines[-1].strip():
        lines.append(answer.readline())
    return b"".join(lines)


def fault_of(status, headers):
    """What breaks the rules in a reply: a 5xx other than a 503 with Retry-After or a 507; an error that is no problem+json."""
    if status in (0, 507) or status < 400:
        return None
    if status >= 500 and not (status == 503 and headers.get("Retry-After")):
        return f"{status} without an excuse"
    if "problem+json" not in headers.get("Content-Type", ""):
        return f"{status} is not problem+json"
    return None


def add_user(db, email):
    """One more user with the first one's password; accounts are otherwise made by an admin."""
    new = db.id(str(uuid.uuid4()))
    db.execute(
        f"INSERT INTO users (id, name, email, password_hash, role, active, created_at) "
        f"SELECT {new}, '{email.split('@')[0]}', '{email}', password_hash, 'user', active, created_at FROM users "
        f"WHERE email = 'ada@example.com'"
    )

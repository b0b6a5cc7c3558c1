"""A product with people in it: Ada (admin), Bob (whose data is sought), Eve (who seeks it) and nobody."""
import base64
import json
import pathlib
import shutil
import sys
import tempfile
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))
from cluster import EMBEDDED, SCALE, Cluster  # noqa: E402
from people import PASSWORD, Caller  # noqa: E402
from processes import Postgres, fetch, wait_until  # noqa: E402
from websocket import Closed, Refused, WebSocket  # noqa: E402

from described import operations  # noqa: E402

MARK = "xylophonequartz"
"""A word that stands in everything of Bob's and nowhere else."""
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
"""An image of one pixel."""
UNMADE = ("jobs", "answers", "shared")
"""What is set aside by a fault, and shares by their secret, cannot be made at will: only refusals are tried."""


class Bearer(Caller):
    """Somebody who shows a token."""

    def __init__(self, origin, replies, token):
        super().__init__([origin], replies)
        self.token = token

    def request(self, method, path, body=None, **more):
        return super().request(method, path, body, **{"authorization": f"Bearer {self.token}", **more})


class World:
    """One product and its people. `things` makes what the ids in a path are ids of."""

    def __init__(self, binary, store=EMBEDDED, apis=1, **settings):
        self.folder = tempfile.mkdtemp(prefix="quorum-security-")
        self.cluster = Cluster(store, binary, self.folder, apis=apis, workers=1, **settings).start()
        self.replies = []
        self.origin = self.cluster.apis[0].origin
        self.nobody = self.person()
        self.ada = self.person().sign_in("ada@example.com", register=True)
        self.services = [self.add_service(f"service {number}", "echo") for number in (1, 2)]
        self.spare = self.add_service("spare", "echo")
        self.bob, self.eve = self.add_user("bob@example.com"), self.add_user("eve@example.com")
        self.operations = None

    def person(self):
        return Caller([self.origin], self.replies)

    def add_user(self, email):
        self.expect_ok(self.ada.request("POST", "/admin/users", {"name": email.split("@")[0], "email": email, "password": PASSWORD}))
        return self.person().sign_in(email)

    def add_service(self, name, model, mount="/compatible/v1", service_type="openai_compatible", **more):
        draft = {"name": name, "service_type": service_type, "base_url": self.cluster.fleet_origin + mount, "model": model,
                 "requires_key": False, "judge": False, **more}
        return self.expect_ok(self.ada.request("POST", "/admin/services", draft)).body["id"]

    @staticmethod
    def expect_ok(reply):
        if not reply.ok:
            raise RuntimeError(f"{reply.status} {str(reply.body)[:400]}")
        return reply

    # What can be asked for by an id. A kind that is not here stops the proof: every new path needs its line.

    def make(self, kind, owner=None, operation=None):
        """A new thing of a person, final and whole; gives its id. What has no line below is made by a POST to its list."""
        owner, known = owner or self.bob, getattr(self, "make_" + kind.replace("-", "_"), None)
        if known:
            return known(owner)
        path = operation.path.split("/{")[0]
        making = next((other for other in operations(self.openapi()) if other.method == "POST" and other.path == path), None)
        if making is None:
            raise RuntimeError(f"nothing makes what {operation} is about: add a line for {kind} to world.py")
        owner = self.ada if operation.admin else owner
        return self.expect_ok(owner.request("POST", path, self.body_for(making))).body["id"]

    def make_sessions(self, owner):
        self.person().sign_in(owner.name)
        return next(item["id"] for item in owner.get("/auth/sessions")["items"] if not item.get("current"))

    def make_shares(self, owner):
        made = self.expect_ok(owner.request("POST", f"/conversations/{self.asked(owner)[0]}/shares", {})).body
        return made["id"] if "id" in made else made["share"]["id"]

    def make_account_links(self, owner):
        self.expect_ok(self.ada.request("POST", f"/admin/users/{self.make_users(owner)}/reset", {}))
        return self.ada.get("/admin/account-links")["items"][0]["id"]

    def make_budgets(self, owner):
        """One for a user each, because a subject has one of a period."""
        body = {"scope": "user", "subject_id": self.make_users(owner), "period": "month", "hard_micro_usd": 10**12}
        return self.expect_ok(self.ada.request("POST", "/admin/budgets", body)).body["id"]

    def make_jobs(self, owner):
        return str(uuid.uuid4())

    make_answers = make_shared = make_jobs

    def make_conversations(self, owner):
        return self.expect_ok(owner.request("POST", "/conversations", {"title": f"{MARK} title", "system_prompt": MARK})).body["id"]

    def asked(self, owner, conversation=None):
        conversation = conversation or self.make_conversations(owner)
        body = {"content": f"{MARK} what is it?", "service_ids": self.services}
        accepted = self.expect_ok(owner.request("POST", f"/conversations/{conversation}/messages", body)).body
        batch = accepted["ai_request_batch"]["id"]
        wait_until(lambda: owner.get(f"/batches/{batch}")["status"] in ("COMPLETED", "FAILED", "CANCELLED"), 30, "the end of a batch")
        return conversation, accepted["message"]["id"], batch, owner.get(f"/batches/{batch}")["responses"][0]["id"]

    def make_attachments(self, owner):
        return self.expect_ok(owner.request("POST", f"/attachments?name={MARK}.png", base64.b64decode(DOT))).body["id"]

    def make_messages(self, owner):
        return self.asked(owner)[1]

    def make_batches(self, owner):
        return self.asked(owner)[2]

    def make_responses(self, owner):
        return self.asked(owner)[3]

    def make_prompts(self, owner):
        return self.expect_ok(owner.request("POST", "/prompts", {"name": f"kept-{uuid.uuid4().hex[:12]}", "content": f"{MARK} prompt"})).body["id"]

    def make_api_keys(self, owner):
        return self.expect_ok(owner.request("POST", "/api-keys", {"service_id": self.services[0], "key": f"fleet-key-{MARK}"})).body["id"]

    def make_api_tokens(self, owner):
        return self.make_token(owner, ["read"])["api_token"]["id"]

    def make_token(self, owner, scopes):
        """A personal API token with its text."""
        return self.expect_ok(owner.request("POST", "/api-tokens", {"name": MARK if owner is self.bob else "a token", "scopes": scopes})).body

    def by_token(self, owner, scopes=("read", "write", "account", "admin")):
        """The same person without a browser: a token in a header, and neither cookie nor CSRF token."""
        return Bearer(self.origin, self.replies, self.make_token(owner, list(scopes))["token"])

    def by_jwt(self, email):
        """An API client of a person: an access token in a header."""
        pair = self.expect_ok(self.nobody.request("POST", "/auth/token", {"email": email, "password": PASSWORD})).body
        client = Bearer(self.origin, self.replies, pair["access_token"])
        client.refresh = pair["refresh_token"]
        return client

    def make_webhooks(self, owner):
        """A person may have ten; those of other tries make room."""
        for webhook in owner.get("/webhooks")["items"][8:]:
            self.expect_ok(owner.request("DELETE", f"/webhooks/{webhook['id']}"))
        return self.expect_ok(owner.request("POST", "/webhooks", {"url": f"{self.cluster.fleet_origin}/{MARK}"})).body["webhook"]["id"]

    def make_services(self, owner):
        return self.add_service(f"made {uuid.uuid4()}", "echo")

    def make_users(self, owner):
        self.people = getattr(self, "people", 0) + 1
        email = f"made{self.people}@example.com"
        return self.expect_ok(self.ada.request("POST", "/admin/users", {"name": "made", "email": email, "password": PASSWORD})).body["id"]

    def ids_for(self, operation, owner=None):
        """Ids that belong together for a path of one id or two."""
        kinds = operation.kinds()
        if operation.name == "create_branch":
            conversation, self.branch_from, _, _ = self.asked(owner or self.bob)
            return [conversation]
        if kinds == ["conversations", "messages"]:
            conversation, message, _, _ = self.asked(owner or self.bob)
            return [conversation, message]
        if kinds == ["webhooks", "deliveries"]:
            owner = owner or self.bob
            webhook = self.make_webhooks(owner)
            return [webhook, self.expect_ok(owner.request("POST", f"/webhooks/{webhook}/test", {})).body["id"]]
        return [self.make(kind, owner, operation) for kind in kinds]

    def body_for(self, operation):
        """A body that the operation takes."""
        more = {
            "service_id": self.spare, "service_ids": self.services, "content": f"{MARK} body", "key": f"fleet-key-{MARK}",
            "name": f"made-{uuid.uuid4().hex[:12]}", "email": f"{uuid.uuid4()}@example.com", "password": PASSWORD, "title": f"{MARK} changed",
            "hard_micro_usd": 10**12, "subject_id": self.eve.id, "scopes": ["read"], "base_url": self.cluster.fleet_origin + "/compatible/v1", "model": "echo", "scope": "user", "active": True, "url": self.cluster.fleet_origin + "/hook",
        }
        body = operation.body(**more)
        if operation.name == "create_branch":
            body["message_id"] = getattr(self, "branch_from", str(uuid.uuid4()))
        if operation.name == "create_service":
            body["service_type"] = "openai_compatible"
        if operation.name == "update_service":
            body = {"name": more["name"]}
        return body

    def take_back(self, operation, person):
        """An account that an operation closed is opened again, so that those after it are tried with it too."""
        if operation.name == "close_account":
            self.expect_ok(person.request("DELETE", "/account/closing"))

    def socket(self, path, who=None, node=None, **headers):
        """Opens a socket; raises `Refused`."""
        node = node or self.cluster.apis[0]
        cookies = {"Cookie": who.cookie()} if who else {}
        return WebSocket("127.0.0.1", node.port, path, {**cookies, **{name.replace("_", "-"): value for name, value in headers.items()}})

    def openapi(self):
        return fetch(f"{self.origin}/openapi.json")[1]

    def close(self):
        self.cluster.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Proof:
    """Counts what was tried and keeps what went wrong."""

    def __init__(self, name):
        self.name, self.tried, self.complaints, self.notes = name, 0, [], []

    def check(self, ok, complaint):
        self.tried += 1
        if not ok and complaint not in self.complaints:
            self.complaints.append(complaint)
        return ok

    def note(self, text):
        self.notes.append(text)


__all__ = ["EMBEDDED", "MARK", "PASSWORD", "SCALE", "Caller", "Closed", "Cluster", "Postgres", "Proof", "Refused", "UNMADE", "World", "fetch", "json", "wait_until"]

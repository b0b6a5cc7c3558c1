"""Secrets that are used everywhere are found nowhere: not in logs at trace level, traces, figures, the database,
jobs, Redis, backups, replies or sockets; neither plain nor as base64, hex or in a URL."""
import base64
import json
import os
import pathlib
import subprocess
import threading
import urllib.parse

from processes import free_port
from traces import Collector
from world import EMBEDDED, MARK, PASSWORD, SCALE, Postgres, Proof, World, fetch, wait_until

KEY = "sk-canary-8f2d61c0b7e94a35"
WRONG_KEY = "sk-canary-wrong-5517aa20c9"
CLIENT_SECRET = "oidc-canary-4e1b7a90d2c6"
FORMATS = {
    "anthropic": "/anthropic", "openai": "/openai/v1", "openai_responses": "/openai/v1", "gemini": "/gemini/v1beta", "openai_compatible": "/compatible/v1",
}


def secrets_kept(binary):
    proof = Proof("secrets stand nowhere in the open")
    try:
        for store in (EMBEDDED, SCALE):
            search_one(proof, binary, store)
    finally:
        Postgres.close_common()
    return proof


def search_one(proof, binary, store):
    collector = Collector()
    master = os.urandom(32)
    # An issuer that is not there: every way in by it fails, with its secret at hand.
    issuer = {"oidc__issuer": f"http://127.0.0.1:{free_port()}", "oidc__client_id": "quorum", "oidc__client_secret": CLIENT_SECRET}
    settings = {"log__filter": "trace", "log__traces": collector.url, **issuer}
    world = World(binary, store, environment={"QUORUM_MASTER_KEY": base64.b64encode(master).decode()}, **settings)
    heard = []
    watching = watch_redis(world, heard) if store == SCALE else None
    try:
        said = live(proof, world)
        wait_until(lambda: collector.spans, 20, "the first trace")
        sources = look_everywhere(world, collector, said, heard)
        hidden = wanted(world, master)
        for where, data in sources.items():
            for name, forms in hidden.items():
                found = [form for form in forms if form in data]
                proof.check(not found, f"{store}: {name} is in {where}: …{around(data, found)}…")
        size = sum(map(len, sources.values()))
        proof.check(size > 100_000 and all(sources.values()), f"too little to search: { {name: len(data) for name, data in sources.items()} }")
        # A search that finds nothing must be one that would find something.
        proof.check(any(MARK.encode() in data for data in sources.values()), "not even what is no secret was found")
        proof.note(f"{store}: {len(hidden)} secrets in {sum(map(len, hidden.values()))} forms, {len(sources)} places, {size / 1e6:.0f} MB")
    finally:
        if watching:
            watching.kill()
        world.close()
        collector.close()


def watch_redis(world, heard):
    """Everything that is ever said to Redis."""
    redis = world.cluster.redis
    watching = subprocess.Popen(["redis-cli", "-p", str(redis.port), "MONITOR"], stdout=subprocess.PIPE)
    threading.Thread(target=lambda: heard.extend(iter(lambda: watching.stdout.read1(65_536), b"")), daemon=True).start()
    return watching


def live(proof, world):
    """Uses every secret in every way, also in those that fail; gives all that a browser was told."""
    said, bob, ada = [], world.bob, world.ada
    # The reply that shows a token is the one place where it may stand.
    world.token = world.by_token(bob)
    said.append(world.token.request("GET", "/conversations"))
    said.append(world.nobody.request("GET", "/conversations", authorization=f"Bearer {world.token.token}x"))
    said += sign_in_everywhere(world)
    # So is the one that shows the secret of a webhook; every batch below is told to it.
    made = world.expect_ok(bob.request("POST", "/webhooks", {"url": f"{world.cluster.fleet_origin}/hook"})).body
    world.webhook_secret = made["secret"].removeprefix("whsec_")
    said.append(bob.request("POST", f"/webhooks/{made['webhook']['id']}/test"))
    ids = []
    for kind, mount in FORMATS.items():
        ids.append(world.add_service(f"keyed {kind}", "echo", mount, kind, requires_key=True))
    ids.append(world.add_service("refuses", "echo+500x1", "/openai/v1", "openai", requires_key=True))
    # Nobody listens there, and nothing speaks TLS there.
    elsewhere = {"service_type": "openai", "model": "m", "requires_key": True, "judge": False}
    for name, url in (("closed", f"http://127.0.0.1:{free_port()}/v1"), ("no tls", world.cluster.fleet_origin.replace("http:", "https:") + "/v1")):
        ids.append(world.expect_ok(ada.request("POST", "/admin/services", {"name": name, "base_url": url, **elsewhere})).body["id"])
    for service in ids:
        for key in (WRONG_KEY, f"fleet-key-{KEY}"):
            saved = world.expect_ok(bob.request("POST", "/api-keys", {"service_id": service, "key": key}))
            said += [saved, bob.request("POST", f"/api-keys/{saved.body['id']}/test")]
    conversation = world.make_conversations(bob)
    for first in range(0, len(ids), 4):
        body = {"content": f"{MARK} what is it?", "service_ids": ids[first:first + 4]}
        accepted = world.expect_ok(bob.request("POST", f"/conversations/{conversation}/messages", body)).body
        batch = accepted["ai_request_batch"]["id"]
        wait_until(lambda found=batch: bob.get(f"/batches/{found}")["status"] in ("COMPLETED", "FAILED", "CANCELLED"), 60, "the end of a batch")
        said.append(bob.request("GET", f"/batches/{batch}"))
    said.append(world.person().request("POST", "/auth/login", {"email": "bob@example.com", "password": PASSWORD + "-wrong"}))
    said.append(bob.request("POST", "/conversations", {"title": 7}))
    for path in ("/api-keys", "/services", "/conversations", f"/conversations/{conversation}/messages", f"/conversations/{conversation}/events", "/usage", "/api-tokens",
                 "/webhooks", f"/webhooks/{made['webhook']['id']}/deliveries"):
        said.append(bob.request("GET", path))
    heard = listen(world, conversation)
    proof.check(MARK in heard, "the socket said nothing")
    return json.dumps([[reply.body, list(reply.headers.items()) if hasattr(reply.headers, "items") else []] for reply in said]) + heard


def sign_in_everywhere(world):
    """Every secret that lets somebody in, where it works and where it fails; what shows it once is not among what was said."""
    ada, nobody, ok, secrets = world.ada, world.nobody, World.expect_ok, {}
    pair = ok(nobody.request("POST", "/auth/token", {"email": "bob@example.com", "password": PASSWORD})).body
    second = ok(nobody.request("POST", "/auth/refresh", {"refresh_token": pair["refresh_token"]})).body
    secrets |= {"an access token": second["access_token"], "a used refresh token": pair["refresh_token"], "a refresh token": second["refresh_token"]}
    said = [nobody.request("GET", "/auth/me", authorization=f"Bearer {second['access_token']}"), nobody.request("GET", "/auth/me", authorization=f"Bearer {second['access_token']}x")]
    # It comes back after its use, as a stolen one would.
    said.append(nobody.request("POST", "/auth/refresh", {"refresh_token": pair["refresh_token"]}))
    reset = ok(ada.request("POST", f"/admin/users/{world.eve.id}/reset", {})).body["path"].split("#")[1]
    invite = ok(ada.request("POST", "/admin/invites", {"email": "guest@example.com"})).body["path"].split("#")[1]
    secrets |= {"a link for a new password": reset, "an invitation": invite, "a new password": "a canary phrase 5521"}
    for kind, token in (("reset", reset), ("invite", invite), ("reset", invite)):
        said.append(nobody.request("POST", "/auth/links", {"kind": kind, "token": token}))
    ok(world.person().request("POST", "/auth/reset", {"token": reset, "password": secrets["a new password"]}))
    said.append(nobody.request("POST", "/auth/reset", {"token": reset, "password": secrets["a new password"]}))
    said.append(nobody.request("POST", "/auth/register", {"name": "G", "email": "guest@example.com", "password": "short", "invite": invite}))
    secrets["a ticket of a socket"] = ok(world.bob.request("POST", "/ws-tickets", {})).body["ticket"]
    secrets["an unused ticket"] = ok(world.bob.request("POST", "/ws-tickets", {})).body["ticket"]
    world.socket(f"/ws/user?ticket={urllib.parse.quote(secrets['a ticket of a socket'])}").close()
    shared = ok(world.bob.request("POST", f"/conversations/{world.asked(world.bob)[0]}/shares", {})).body["token"]
    secrets["the browser of bob"] = next(cookie.split("=", 1)[1] for cookie in world.bob.cookie().split("; ") if "device" in cookie)
    said += [nobody.request("GET", "/auth/oidc/start"), nobody.request("GET", "/auth/oidc/callback?state=x&code=y"), nobody.request("GET", f"/shared/{shared}")]
    said += [ada.request("GET", path) for path in ("/admin/account-links", "/admin/audit?limit=100", "/admin/settings", "/admin/doctor", "/auth/sessions", "/admin/users")]
    world.secrets = secrets
    return said


def listen(world, conversation):
    socket, heard = world.socket(f"/ws/conversation/{conversation}?after=0", world.bob), ""
    try:
        while '"ready"' not in heard:
            heard += socket.receive(timeout=10)
    finally:
        socket.close()
    return heard


def look_everywhere(world, collector, said, heard):
    cluster = world.cluster
    backup = pathlib.Path(world.folder) / "copy.db"
    sources = {f"the log of {node.name}": node.said().encode() for node in cluster.nodes}
    sources |= {f"the figures of {node.name}": fetch(f"{node.origin}/metrics")[1].encode() for node in cluster.nodes}
    sources |= {"traces": collector.raw, "replies and sockets": said.encode(), "the page": fetch(world.origin + "/")[1].encode()}
    if cluster.store == SCALE:
        dump = subprocess.run(["pg_dump", cluster.database_url()], capture_output=True, check=True).stdout
        sources |= {"the dump of PostgreSQL": dump, "all that was said to Redis": b"".join(heard), "Redis": redis_dump(cluster.redis)}
    else:
        folder = pathlib.Path(world.folder) / "data-quorum"
        run = [str(cluster.binary), "backup", "--to", str(backup), "--data-dir", str(folder)]
        subprocess.run(run, env={**os.environ, **cluster.nodes[0].environment}, capture_output=True, check=True)
        sources["the backup"] = backup.read_bytes()
        for path in folder.rglob("*"):
            if path.is_file() and path.stat().st_size:
                sources[f"the file {path.name}"] = path.read_bytes()
    return sources


def redis_dump(redis):
    kept = [redis.raw("INFO")]
    for key in redis.raw("KEYS", "*").splitlines():
        kept += [key, redis.raw("DUMP", key)]
    return b"\n".join(kept)


def wanted(world, master):
    """Every secret with the forms that it may be hidden in."""
    plain = {
        "a provider key": KEY, "a refused provider key": WRONG_KEY, "a password": PASSWORD, "a wrong password": PASSWORD + "-wrong",
        "the session of bob": session_of(world.bob), "the session of ada": session_of(world.ada),
        "the csrf token of bob": world.bob.csrf, "an api token of bob": world.token.token, "the client secret of the issuer": CLIENT_SECRET, "the secret of a webhook": world.webhook_secret, **world.secrets,
    }
    hidden = {name: forms(text.encode()) for name, text in plain.items()}
    # The password stands in a reply to nobody, but its own words may: the whole counts.
    hidden["the master key"] = [form for form in forms(master) if form != master] + [master]
    return hidden


def session_of(person):
    return next(cookie.split("=", 1)[1] for cookie in person.cookie().split("; ") if "session" in cookie)


def forms(secret):
    """Plain, hex, in a URL, as JSON, and as base64 at each of the three places it can begin at."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode(), urllib.parse.quote_from_bytes(secret, safe="").encode()}
    found.add(urllib.parse.quote_plus(secret).encode())
    found.add(json.dumps(secret.decode("latin-1"))[1:-1].encode())
    for shift in range(3):
        # Letters that the neighbours have a share in are left out.
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * shift + secret).rstrip(b"=")
            found.add(text[(0, 2, 3)[shift]:len(text) - 1])
    return sorted(found)


def around(data, found):
    if not found:
        return ""
    at = data.index(found[0])
    return data[max(0, at - 120):at + 20].decode(errors="replace").replace("\n", " ")

"""Documents that are brought in are hostile: whatever stands in them is refused by name of the field, or is text."""
import copy
import json
import os
import time

from lines import resident_mb
from world import EMBEDDED, SCALE, Postgres, Proof, World

NAMES = [
    "../../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\Windows\\system32", "nul", "CON.txt", "a\0b.txt", "\u202egpj.exe", "\u2066\u2069",
    "x" * 200, "a\r\nSet-Cookie: owned=1", "a\"; filename=\"b.html", "%2e%2e%2f", "${jndi:ldap://127.0.0.1/x}", "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0",
    "\ufeff", "💣" * 50, "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "",
]
WRONG = [None, True, -1, 2**63, 1.5, "x", "", [], {}, [[]], [None], {"a": 1}, "2026-13-45T99:99:99Z"]
REFUSED = {400, 413, 415, 422}


def whole():
    """A document that can be brought in, with everything that one can have."""
    answer = {"service_name": "Aria", "model": "m", "content": "An answer.", "summary": "Short.", "reasoning": "Good.", "score": 7.5, "rank": 1, "selected": True, "consensus": False}
    turn = {"content": "A question?", "created_at": "2026-11-01T10:00:00Z", "answers": [answer, {**answer, "service_name": "Bolt", "rank": 2, "selected": False}]}
    return {"format": "quorum.conversation", "version": 1, "title": "Trip", "system_prompt": "Be kind.", "turns": [turn]}


def uploads(binary):
    proof = Proof("documents that are brought in are text or refused")
    try:
        for store in (EMBEDDED, SCALE):
            world = World(binary, store)
            try:
                try_store(proof, world, store)
            finally:
                world.close()
    finally:
        Postgres.close_common()
    return proof


def try_store(proof, world, store):
    node, before = world.cluster.apis[0], None
    bring = lambda document: world.bob.request("POST", "/conversations/import", document)
    first = bring(whole())
    if not proof.check(first.status == 201, f"{store}: a good document: {first.status} {first.body}"):
        return
    before = resident_mb(node)
    files = listing(world)
    fields(proof, store, bring)
    texts(proof, world, store, bring)
    seconds = large(proof, store, bring)
    grown = resident_mb(node) - before
    proof.check(grown <= 80, f"{store}: memory grew by {grown:.0f} MB")
    new = {name for name in listing(world) - files if not name.startswith("quorum.db")}
    proof.check(not new, f"{store}: files appeared: {sorted(new)[:5]}")
    proof.check("panicked" not in node.said(), f"{store}: it panicked")
    proof.note(f"{store}: the largest was taken in {seconds:.1f} s, memory +{max(grown, 0):.0f} MB")


def listing(world):
    """What lies in the folder of data: nothing is ever stored under a name of somebody's choosing."""
    folder = world.cluster.folder / f"data-{world.cluster.apis[0].name}"
    return {os.path.join(where, name)[len(str(folder)) + 1:] for where, _, names in os.walk(folder) for name in names}


def fields(proof, store, bring):
    """Every field with every wrong type, on every level."""
    for path in places(whole()):
        for value in WRONG:
            document = whole()
            put(document, path, value)
            reply = bring(document)
            name = ".".join(map(str, path))
            proof.check(reply.status == 201 or reply.status in REFUSED, f"{store}: {name} = {value!r}: {reply.status} {str(reply.body)[:200]}")
            if reply.status == 422:
                proof.check(reply.body.get("errors"), f"{store}: {name} = {value!r}: no field is named")
    for body in ([], [whole()], "x", 7, None, True):
        proof.check(bring(body).status in REFUSED, f"{store}: a document that is {body!r}")


def places(value, path=()):
    """The way to everything in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inside:
        yield (*path, key)
        yield from places(child, (*path, key))


def put(document, path, value):
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


def texts(proof, world, store, bring):
    """Names that mean something to a file system, a header, a terminal or a page are kept as text and leave as text."""
    for name in NAMES:
        document = copy.deepcopy(whole())
        document["title"], document["system_prompt"] = name, name
        for answer in document["turns"][0]["answers"]:
            answer.update(service_name=name or "x", model=name, content=name or "x", summary=name, reasoning=name)
        document["turns"][0]["content"] = name or "x"
        reply = bring(document)
        if not proof.check(reply.status in {201, 422}, f"{store}: {name!r}: {reply.status} {str(reply.body)[:200]}") or not reply.ok:
            continue
        for form in ("md", "json"):
            out = world.bob.request("GET", f"/conversations/{reply.body['id']}/export?format={form}")
            named = out.headers.get("content-disposition", "")
            proof.check(out.ok and named == f'attachment; filename="conversation-{reply.body["id"]}.{form}"', f"{store}: {name!r} leaves as {named}")
            proof.check(out.headers.get("set-cookie") is None, f"{store}: {name!r} sets a cookie")
        for path in ("", "/messages", "/events", "/context"):
            read = world.bob.request("GET", f"/conversations/{reply.body['id']}{path}")
            proof.check(read.ok, f"{store}: {name!r} cannot be read at {path}: {read.status}")
        proof.check(world.bob.request("GET", "/search?q=question").ok, f"{store}: search fails after {name!r}")


def large(proof, store, bring):
    """Too many of anything is refused; the most that is allowed is taken, and gives the seconds that it took."""
    many = whole()
    turn = {"content": "q", "answers": [{"service_name": "a", "content": "x"}]}
    for count, wanted in ((10_000, 422), (2_001, 422), (0, 422)):
        many["turns"] = [turn] * count
        proof.check(bring(many).status == wanted, f"{store}: {count} turns")
    many["turns"] = [{**turn, "answers": turn["answers"] * 17}]
    proof.check(bring(many).status == 422, f"{store}: 17 answers")
    for field, length in (("content", 400_001), ("system_prompt", 8_001)):
        document = whole()
        put(document, ("turns", 0, "content") if field == "content" else (field,), "x" * length)
        proof.check(bring(document).status == 422, f"{store}: {field} of {length}")
    for field, numbers in (("score", (1e300, -1e300, 10.001, -0.5)), ("rank", (0, -1, 1_001, 2**62, -(2**62)))):
        for number in numbers:
            document = whole()
            document["turns"][0]["answers"][0][field] = number
            reply = bring(document)
            proof.check(reply.status == 422, f"{store}: {field} {number}: {reply.status}")
    many["turns"] = [turn] * 2_000
    begun = time.monotonic()
    reply = bring(many)
    proof.check(reply.status == 201, f"{store}: 2,000 turns: {reply.status} {str(reply.body)[:200]}")
    deep = json.loads("[" * 100 + "]" * 100)
    put(many, ("turns", 0, "answers"), deep)
    proof.check(bring(many).status in REFUSED, f"{store}: answers a hundred deep")
    return time.monotonic() - begun

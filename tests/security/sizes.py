"""What is too large, too long, too deep or packed is refused before it costs anything."""
import concurrent.futures
import gzip
import json
import threading
import time

from lines import reply_of, resident_mb
from world import Proof, World

MEGABYTE = b"x" * 2**20
CHUNK = b"100000\r\n" + MEGABYTE + b"\r\n"
MOST_MB = 50
TOO_MUCH = {400, 401, 404, 405, 408, 413, 414, 415, 422, 431}
PATHS = ("/api/v1/auth/login", "/api/v1/auth/register", "/api/v1/auth/refresh", "/api/v1/conversations/import", "/api/v1/conversations", "/api/v1/nothing", "/", "/health/live")


def sizes(binary):
    proof, world = Proof("what is too large is refused before it costs anything"), World(binary)
    try:
        node, every = world.cluster.apis[0], list(requests(world))
        before, seconds = settled(node), []
        watching = Memory(node)
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            tries = [pool.submit(timed, node.port, pieces) for _, pieces, _ in every]
        for (name, _, wanted), done in zip(every, tries):
            status, took = done.result()
            seconds.append(took)
            proof.check(status in wanted, f"{name}: {status}, not {sorted(wanted)}")
            proof.check(took < 15, f"{name} was answered after {took:.0f} s")
        grown = watching.most() - before
        proof.check(grown <= MOST_MB, f"memory grew by {grown:.0f} MB")
        many_in_one(proof, world)
        proof.check(world.bob.get("/auth/me")["user"]["email"] == "bob@example.com", "it lives no more")
        proof.check("panicked" not in node.said(), "it panicked")
        proof.note(f"20 at a time, the slowest answered in {max(seconds):.1f} s, memory +{max(grown, 0):.0f} MB")
    finally:
        world.close()
    return proof


class Memory(threading.Thread):
    """The most that a process holds."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node, self.peak, self.running = node, 0.0, True
        self.start()

    def run(self):
        while self.running:
            self.peak = max(self.peak, resident_mb(self.node))
            time.sleep(0.02)

    def most(self):
        self.running = False
        self.join(5)
        return self.peak


def settled(node):
    """What it holds once it has been asked a few things: pools and buffers are there by then."""
    for _ in range(20):
        reply_of(node.port, [head("GET", "/api/v1/instance", node), b""])
    return resident_mb(node)


def head(method, path, node, *fields):
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{node.port}", "Connection: close", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def timed(port, pieces):
    begun = time.monotonic()
    return reply_of(port, pieces), time.monotonic() - begun


def requests(world):
    """Name, pieces, and which answers are right."""
    node, json_type = world.cluster.apis[0], "Content-Type: application/json"
    bob = (f"Cookie: {world.bob.cookie()}", f"X-CSRF-Token: {world.bob.csrf}", f"Origin: {world.origin}")

    def post(path, body, *fields):
        return [head("POST", path, node, f"Content-Length: {len(body)}", *fields), body]

    for path in PATHS:
        # A gigabyte that is announced, and one that is not: neither is read to its end.
        yield f"a gigabyte to {path}", [head("POST", path, node, json_type, f"Content-Length: {2**30}"), *[MEGABYTE] * 64], TOO_MUCH
        yield f"chunks without end to {path}", [head("POST", path, node, json_type, "Transfer-Encoding: chunked"), *[CHUNK] * 64], TOO_MUCH
    for path in ("/api/v1/conversations/import", "/api/v1/conversations", "/api/v1/prompts"):
        yield f"a gigabyte of bob's to {path}", [head("POST", path, node, json_type, f"Content-Length: {2**30}", *bob), *[MEGABYTE] * 64], {413}
        yield f"bob's chunks without end to {path}", [head("POST", path, node, json_type, "Transfer-Encoding: chunked", *bob), *[CHUNK] * 64], {413}
    bomb = gzip.compress(b" " * 2**26)
    for encoding in ("gzip", "deflate", "br", "zstd", "identity, gzip", "gzip, gzip", "x-gzip"):
        for path, who in (("/api/v1/auth/login", ()), ("/api/v1/conversations/import", bob)):
            yield f"a bomb packed with {encoding} to {path}", post(path, bomb, json_type, f"Content-Encoding: {encoding}", *who), {415}
    yield "a header of a megabyte", [head("GET", "/api/v1/instance", node, f"X-Long: {'x' * 2**20}")], {431}
    yield "ten thousand headers", [head("GET", "/api/v1/instance", node, *[f"X-{number}: x" for number in range(10_000)])], {431}
    yield "a cookie of a megabyte", [head("GET", "/api/v1/auth/me", node, f"Cookie: {'a=b; ' * 200_000}")], {431}
    yield "an address of a megabyte", [head("GET", "/" + "x" * 2**20, node)], {414, 431, 400}
    for count in (1_000, 5_000, 10_000):
        query = "&".join(f"p{number}=x" for number in range(count))
        yield f"{count} parameters", [head("GET", f"/api/v1/conversations?{query}", node, *bob)], {200, 400, 414, 422, 431}
    parts = b"".join(b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n" for _ in range(18_000)) + b"--x--\r\n"
    for path in ("/api/v1/conversations/import", "/api/v1/auth/login"):
        for _ in range(3):
            yield f"a form of {len(parts) // 50} parts to {path}", post(path, parts, "Content-Type: multipart/form-data; boundary=x", *bob), {415}
    yield from nested(post, bob, json_type)


def nested(post, bob, json_type):
    deep = {
        "lists": b"[" * 400_000, "closed lists": b"[" * 200_000 + b"]" * 200_000, "objects": b'{"a":' * 150_000,
        "a list in a field": b'{"title":' + b"[" * 300_000 + b"]" * 300_000 + b"}",
        "many fields": json.dumps({f"f{number}": 1 for number in range(60_000)}).encode(),
        "one field often": b'{' + b'"title":"x",' * 70_000 + b'"title":"y"}',
        "a long number": b'{"title":' + b"9" * 900_000 + b"}", "a huge exponent": b'{"title":1e' + b"9" * 1000 + b"}",
        "a long text": b'{"title":"' + b"x" * 900_000 + b'"}', "a long name": b'{"' + b"x" * 900_000 + b'":1}',
        "escapes": b'{"title":"' + rb"\u0000" * 150_000 + b'"}', "halves of letters": b'{"title":"' + rb"\ud800" * 100 + b'"}',
        "no UTF-8": b'{"title":"\xff\xfe\xfd"}', "blanks": b" " * 900_000,
    }
    for name, body in deep.items():
        for path in ("/api/v1/conversations", "/api/v1/conversations/import"):
            # Fields that nobody knows are left alone, and of two with one name the last counts.
            fine = {201} if name in ("many fields", "a long name", "one field often") and path.endswith("conversations") else set()
            yield f"{name} to {path}", post(path, body, json_type, *bob), {400, 413, 422} | fine
        yield f"{name} as nobody", post("/api/v1/conversations", body, json_type), {401}


def many_in_one(proof, world):
    """A long password is no long work, and a message asks each service once."""
    for length in (257, 100_000, 900_000):
        reply = world.nobody.request("POST", "/auth/login", {"email": "bob@example.com", "password": "x" * length})
        proof.check(reply.status in (401, 422), f"a password of {length}: {reply.status}")
    conversation = world.make_conversations(world.bob)
    for count in (2, 9, 500):
        body = {"content": "x", "service_ids": [world.services[0]] * count}
        reply = world.bob.request("POST", f"/conversations/{conversation}/messages", body)
        asked = reply.body["ai_request_batch"]["expected_responses"] if reply.ok else 0
        proof.check(reply.status == 422 or asked == 1, f"{count} times the same service: {reply.status}, {asked} answers")

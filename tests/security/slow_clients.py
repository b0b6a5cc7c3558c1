"""Clients that speak or read as slowly as they can are let go, and nobody waits for them."""
import socket
import threading
import time

from lines import held_by, resident_mb
from world import Proof, World

EACH = 40
GONE_WITHIN = 30.0
DRIP_EVERY = 2.0


def get(path):
    return f"GET {path} HTTP/1.1\r\nHost: {{host}}\r\n\r\n"


LOGIN = "POST /api/v1/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
# What is said at once, what drips after it, and how many bytes are read each time.
KINDS = {
    "says nothing": ("", "", 0),
    "half a preface": ("PRI * HTTP/2.0\r\n", "", 0),
    "no end of headers": ("GET / HTTP/1.1\r\nHost: {host}\r\n", "X-Drip: x\r\n", 0),
    "headers letter by letter": ("GET / HTTP/1.1\r\nHost: {host}\r\nX-Long: ", "x", 0),
    "a body letter by letter": (LOGIN + "Content-Length: 1000\r\n\r\n{{", "x", 0),
    "chunks letter by letter": (LOGIN + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 0),
    "reads nothing": (get("/api/redoc/redoc.standalone.js") * 3, "", 0),
    "reads letter by letter": (get("/api/redoc/redoc.standalone.js") * 3, "", 5),
    "asks once and stays": (get("/health/live"), "", 4096),
}


class Slow:
    """One slow client."""

    def __init__(self, node, kind):
        self.kind, (first, self.drip, self.reads) = kind, KINDS[kind]
        self.socket = socket.socket()
        if kind.startswith("reads"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.settimeout(5)
        self.socket.connect(("127.0.0.1", node.port))
        self.begun, self.seconds, self.port = time.monotonic(), None, self.socket.getsockname()[1]
        self.socket.sendall(first.replace("{host}", f"127.0.0.1:{node.port}").replace("{{", "{").encode())
        self.socket.setblocking(False)

    def go_on(self):
        try:
            if self.drip:
                self.socket.send(self.drip.encode())
            if self.reads:
                self.socket.recv(self.reads)
        except OSError:
            pass  # Whether it is held says the other side.


class Others(threading.Thread):
    """Somebody who uses the product meanwhile."""

    def __init__(self, world, person):
        super().__init__(daemon=True)
        self.world, self.person, self.running, self.statuses, self.slowest = world, person, True, [], 0.0
        self.start()

    def run(self):
        while self.running:
            for path in ("/auth/me", "/conversations", "/services", "/search?q=x"):
                reply = self.person.request("GET", path)
                self.statuses.append(reply.status)
                self.slowest = max(self.slowest, reply.seconds)
            time.sleep(0.05)


def slow_clients(binary):
    proof, world = Proof("slow clients are let go, and nobody waits for them"), World(binary)
    node, slow, others = world.cluster.apis[0], [], []
    try:
        before = resident_mb(node)
        others = [Others(world, person) for person in (world.ada, world.bob, world.eve)]
        slow = [Slow(node, kind) for _ in range(EACH) for kind in KINDS]
        asked = world.asked(world.bob)
        watch(node, slow)
        for kind in KINDS:
            times = [one.seconds for one in slow if one.kind == kind]
            left = sum(seconds is None for seconds in times)
            proof.check(not left, f"{left} of {EACH} that are '{kind}' were still held after {GONE_WITHIN + 5:.0f} s")
            late = max((seconds for seconds in times if seconds is not None), default=0.0)
            proof.check(late <= GONE_WITHIN, f"one that is '{kind}' was held for {late:.0f} s")
        answers = sum(len(other.statuses) for other in others)
        proof.check(answers > 100, f"only {answers} requests of others: nothing is proved")
        wrong = [status for other in others for status in other.statuses if status != 200]
        proof.check(not wrong, f"{len(wrong)} of {answers} requests of others were answered with {sorted(set(wrong))}")
        proof.check(world.bob.get(f"/batches/{asked[2]}")["status"] == "COMPLETED", "a turn was not answered meanwhile")
        proof.tried += answers
        held = max(one.seconds or 0 for one in slow)
        slowest = max(other.slowest for other in others)
        proof.note(f"{len(slow)} slow clients of {len(KINDS)} kinds, the last let go after {held:.0f} s; {answers} requests of others, "
                   f"the slowest {slowest * 1000:.0f} ms; memory +{max(resident_mb(node) - before, 0):.0f} MB")
    finally:
        for other in others:
            other.running = False
        for one in slow:
            one.socket.close()
        for other in others:
            other.join(10)
        world.close()
    return proof


def watch(node, slow):
    """Goes on with each as slowly as it does, until the product holds none of them."""
    begun, due = time.monotonic(), 0.0
    while any(one.seconds is None for one in slow) and time.monotonic() - begun < GONE_WITHIN + 5:
        held, now = held_by(node), time.monotonic()
        for one in slow:
            if one.seconds is None and one.port not in held:
                one.seconds = now - one.begun
        if now >= due:
            due = now + DRIP_EVERY
            for one in slow:
                if one.seconds is None:
                    one.go_on()
        time.sleep(0.3)

"""Requests that two programs could read differently are refused or answered once, and methods nobody needs are refused."""
import re
import socket

from world import Proof, World

SMUGGLED = "GET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = '{"email":"a@b.example","password":"wrong wrong"}'
POST = "POST /api/v1/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"

# What is sent, and how many replies it may get at most. One that holds a second request must not be answered as two.
TRICKS = {
    "length and chunks": (POST + f"Content-Length: {len(SMUGGLED) + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 1),
    "chunks and length": (POST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED, 1),
    "two lengths": (POST + f"Content-Length: 0\r\nContent-Length: {len(SMUGGLED)}\r\n\r\n" + SMUGGLED, 1),
    "two lengths in one": (POST + f"Content-Length: 0, {len(SMUGGLED)}\r\n\r\n" + SMUGGLED, 1),
    "a signed length": (POST + "Content-Length: +5\r\n\r\n" + SMUGGLED, 1),
    "a length in hex": (POST + "Content-Length: 0x10\r\n\r\n" + SMUGGLED, 1),
    "a space before the colon": (POST + "Content-Length : 0\r\n\r\n" + SMUGGLED, 1),
    "chunks by another name": (POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 1),
    "chunks twice": (POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED, 1),
    "a folded header": (POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 1),
    "a bare return": (POST + "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 1),
    "a chunk of a negative size": (POST + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + SMUGGLED, 1),
    "a chunk of a huge size": (POST + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n" + SMUGGLED, 1),
    "a NUL in a header": (POST + "X: a\0b\r\nContent-Length: 0\r\n\r\n" + SMUGGLED, 1),
    "an odd version": (f"GET /api/v1/instance HTTP/9.9\r\nHost: {{host}}\r\n\r\n{SMUGGLED}", 1),
    "two hosts": (f"GET /api/v1/instance HTTP/1.1\r\nHost: {{host}}\r\nHost: evil.example\r\nConnection: close\r\n\r\n{SMUGGLED}", 1),
    "no host": (f"GET /api/v1/instance HTTP/1.1\r\nConnection: close\r\n\r\n{SMUGGLED}", 1),
    "a space in the path": (f"GET /api/v1/ instance HTTP/1.1\r\nHost: {{host}}\r\n\r\n{SMUGGLED}", 1),
}
METHODS = ("TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND", "PURGE", "M-SEARCH", "get")


def raw_requests(binary):
    proof, world = Proof("no request is read as two, no odd method served"), World(binary)
    try:
        for name, (text, most) in TRICKS.items():
            replies = say(world, text)
            proof.check(len(replies) <= most, f"{name}: {replies}")
            proof.check(all(status in ("400", "401", "404", "413", "415", "422", "431", "501", "505") for status in replies), f"{name}: {replies}")
        for method in METHODS:
            replies = say(world, f"{method} /api/v1/instance HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n")
            proof.check(replies and replies[0] in ("400", "403", "404", "405", "501"), f"{method}: {replies}")
        # A path that climbs finds nothing of the machine.
        for path in ("/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/assets/..%5c..%5cetc", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/%00"):
            said = talk(world, f"GET {path} HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n")
            proof.check(b"root:" not in said and b" 500 " not in said, f"{path} gives {said[:80]}")
        old = say(world, "GET /health/live HTTP/1.0\r\n\r\n")
        proof.check(old == ["200"], f"a health check of old: {old}")
        alive = say(world, "GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        proof.check(alive == ["200"], f"it lives no more: {alive}")
    finally:
        world.close()
    return proof


def talk(world, text):
    """Sends this to the product and reads until it closes, or says nothing for a while."""
    port, said = world.cluster.apis[0].port, b""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(text.replace("{host}", f"127.0.0.1:{port}").encode("latin-1"))
        try:
            while piece := connection.recv(65_536):
                said += piece
        except (TimeoutError, ConnectionResetError):
            pass
    return said


def say(world, text):
    return [found.decode() for found in re.findall(rb"HTTP/1\.[01] (\d{3})", talk(world, text))]

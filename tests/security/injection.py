"""What has a meaning to a database, a search or a log is text to Quorum: in every string of every body and query."""
import re

from described import operations
from world import MARK, Proof, World

PIECES = [
    "' OR '1'='1", "'; DROP TABLE users; --", "\" OR \"\"=\"", "1; SELECT pg_sleep(9)", "' UNION SELECT password_hash FROM users --", "%", "_", "%%%%", "\\",
    "*", "NEAR(", "a AND (b", "\"unclosed", "{title : x}", "title:*", "^x", "a:b", "x'41'", "$1", ":name", "?", "{{7*7}}", "${jndi:ldap://127.0.0.1/x}", "%s%n%x",
    "\u202ertl", "\ufeff", "💣" * 20, "İ" * 30,
]
FORGED = "\r\n2026-01-01T00:00:00Z  INFO forged: admin signed in\x1b[31m\x1b]0;owned\x07"


def injection(binary):
    proof, world = Proof("what means something to a database or a log is only text"), World(binary, log__filter="debug")
    try:
        every = operations(world.openapi())
        conversation, _, _, _ = world.asked(world.bob)
        users = people(world)
        for piece in [*PIECES, FORGED]:
            for operation in every:
                try_one(proof, world, operation, piece)
        proof.check(people(world) == users, "accounts have changed")
        proof.check(world.bob.get(f"/conversations/{conversation}")["id"] == conversation, "a conversation is gone")
        logs(proof, world)
    finally:
        world.close()
    return proof


def people(world):
    return world.cluster.db.rows("SELECT email, role, password_hash FROM users WHERE email IN ('ada@example.com', 'bob@example.com', 'eve@example.com') ORDER BY email")


def try_one(proof, world, operation, piece):
    """The piece in the path, in every parameter and in every text of the body."""
    person, quoted = world.ada if operation.admin else world.bob, percent(piece)
    replies = []
    if operation.ids:
        replies.append(person.request(operation.method, operation.at(*[quoted for _ in operation.ids]), world.body_for(operation)))
    elif not operation.ends_sessions and operation.name != "register":
        # The texts of a body are tried where nothing needs to be made for it.
        body = operation.body()
        texts = {name: piece for name, value in (body or {}).items() if isinstance(value, str)}
        if texts:
            replies.append(person.request(operation.method, operation.at(), {**body, **texts}))
    for name in operation.parameters if not operation.ids else ():
        replies.append(person.request("GET", f"{operation.path}?q={MARK}&{name}={quoted}"))
    for reply in replies:
        proof.check(0 < reply.status < 500, f"{operation} with {piece!r}: {reply.status} {str(reply.body)[:200]}")
        proof.check(reply.seconds < 8, f"{operation} with {piece!r} sleeps")
        proof.check("$argon2" not in str(reply.body) and "syntax error" not in str(reply.body), f"{operation} with {piece!r} tells {str(reply.body)[:200]}")


def percent(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


def logs(proof, world):
    """Nobody writes a line of the log but the log, and no terminal is spoken to through it."""
    for node in world.cluster.nodes:
        said = re.sub(r"\x1b\[[\d;]*m", "", node.said())
        proof.check(not re.search(r"^2026-01-01T00:00:00Z\s+INFO forged", said, re.MULTILINE), f"a line of {node.name}'s log was forged")
        proof.check("\x1b]" not in said and "\x07" not in said, f"{node.name}'s log speaks to a terminal")
        proof.check("panicked" not in said, f"{node.name} panicked")

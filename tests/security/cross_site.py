"""What another site's page can make a browser send is refused, and nothing it reads is given to it."""
from described import operations
from world import Proof, Refused, World

EVIL = "https://evil.example"
FOREIGN = {
    "another origin": {"origin": EVIL},
    "a null origin": {"origin": "null"},
    "an origin that begins alike": {"origin": "http://127.0.0.1.evil.example"},
    "a cross-site fetch": {"sec_fetch_site": "cross-site"},
    "a same-site fetch": {"sec_fetch_site": "same-site"},
}


def cross_site(binary):
    proof, world = Proof("another site's page can neither change nor read"), World(binary)
    try:
        every = operations(world.openapi())
        for operation in every:
            if operation.changes:
                try_change(proof, world, operation)
            else:
                try_reading(proof, world, operation)
        try_sockets(proof, world)
    finally:
        world.close()
    return proof


def fingerprint(world):
    """Everything stored that a request could change by its effect; when a session was last used is not."""
    db, counts = world.cluster.db, {}
    for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        table = row["name"]
        if table in ("conversations", "messages", "batches", "responses", "api_keys", "services", "users", "events", "api_tokens"):
            counts[table] = db.rows(f"SELECT * FROM {table} ORDER BY 1")
    return counts


def try_change(proof, world, operation):
    person = world.ada if operation.admin else world.bob
    path, body = operation.at(*world.ids_for(operation)), world.body_for(operation)
    before = fingerprint(world)
    token = person.csrf
    for what, headers in FOREIGN.items():
        refused(proof, person.request(operation.method, path, body, **headers), f"{operation} from {what}")
    if not operation.public:
        for what, wrong in (("no token", ""), ("another's token", world.eve.csrf), ("a cut token", token[:-1])):
            person.csrf = wrong
            refused(proof, person.request(operation.method, path, body), f"{operation} with {what}")
        # What a form of another site can send needs no leave of ours to be sent.
        person.csrf = ""
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            refused(proof, person.request(operation.method, path, body, content_type=kind), f"{operation} as a form of {kind}")
        person.csrf = token
    proof.check(fingerprint(world) == before, f"{operation}: a refused request changed something")


def refused(proof, reply, what):
    proof.check(reply.status == 403, f"{what}: {reply.status}, not 403")
    shared(proof, reply, what)


def shared(proof, reply, what):
    given = [name for name in reply.headers if name.lower().startswith("access-control-allow")]
    proof.check(not given, f"{what} is answered with {given}")


def try_reading(proof, world, operation):
    person = world.ada if operation.admin else world.bob
    path = operation.at(*world.ids_for(operation))
    before = fingerprint(world)
    for what, headers in FOREIGN.items():
        shared(proof, person.request("GET", path, **headers), f"{operation} from {what}")
    shared(proof, person.request("OPTIONS", path, origin=EVIL, access_control_request_method="POST"), f"{operation} asked for leave")
    proof.check(fingerprint(world) == before, f"{operation} changes something")


def try_sockets(proof, world):
    conversation = world.make("conversations")
    for path in (f"/ws/conversation/{conversation}", "/ws/user"):
        for origin in (EVIL, "null", "", "http://127.0.0.1.evil.example", f"http://127.0.0.1:{world.cluster.apis[0].port}0", "file://"):
            try:
                world.socket(path, world.bob, Origin=origin).close()
                proof.check(False, f"{path} opens for {origin}")
            except Refused as refusal:
                proof.check(refusal.status == 403, f"{path} for {origin}: {refusal.status}")
        opened = world.socket(path, world.bob)
        proof.check(opened.receive(timeout=5), f"{path} does not open for its own page")
        opened.close()

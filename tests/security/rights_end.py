"""A disabled user and a changed role: over two API processes, for every kind of credential, socket and running answer."""
import time
import urllib.parse

from world import PASSWORD, SCALE, Bearer, Closed, Postgres, Proof, Refused, World, wait_until

WITHIN = 5.0


def rights_end(binary):
    proof = Proof("rights that end, end everywhere within five seconds")
    try:
        world = World(binary, SCALE, apis=2)
        try:
            roles(proof, world)
            disabled(proof, world)
        finally:
            world.close()
    finally:
        Postgres.close_common()
    return proof


class Credentials:
    """Somebody with every kind of credential, seen at both API processes."""

    def __init__(self, world, email, role):
        world.expect_ok(world.ada.request("POST", "/admin/users", {"name": "Kit", "email": email, "password": PASSWORD, "role": role}))
        self.world, self.email = world, email
        self.browser = world.person().sign_in(email)
        self.browser.origins = [node.origin for node in world.cluster.apis]
        self.id = self.browser.id
        pair = world.expect_ok(world.nobody.request("POST", "/auth/token", {"email": email, "password": PASSWORD})).body
        self.refresh = pair["refresh_token"]
        token = world.by_token(self.browser).token
        self.each = {"the session": self.browser, "the API token": self.bearer(token), "the access token": self.bearer(pair["access_token"])}

    def bearer(self, token):
        person = Bearer(self.world.origin, self.world.replies, token)
        person.origins = [node.origin for node in self.world.cluster.apis]
        return person

    def statuses(self, path):
        return {(name, node): person.request("GET", path, node=node).status for name, person in self.each.items() for node in (0, 1)}


def until(proof, what, done):
    """Waits until something holds, and says how long it took."""
    try:
        seconds = wait_until(done, 20, what, every=0.05)
    except TimeoutError:
        seconds = 20.0
    proof.check(seconds <= WITHIN, f"{what} took {seconds:.1f} s")
    return seconds


def roles(proof, world):
    kit = Credentials(world, "kit@example.com", "admin")
    path = f"/admin/users/{kit.id}"
    proof.check(set(kit.statuses("/admin/users").values()) == {200}, f"an admin is none: {kit.statuses('/admin/users')}")
    world.expect_ok(world.ada.request("PATCH", path, {"role": "user"}))
    seconds = until(proof, "the end of an admin's rights", lambda: set(kit.statuses("/admin/users").values()) == {403})
    proof.note(f"a role taken away held everywhere after {seconds:.1f} s")
    world.expect_ok(world.ada.request("PATCH", path, {"role": "admin"}))
    until(proof, "the beginning of an admin's rights", lambda: set(kit.statuses("/admin/users").values()) == {200})


def disabled(proof, world):
    kit = Credentials(world, "lou@example.com", "user")
    slow = world.add_service("slow", "demo-one+tps2")
    conversation = world.expect_ok(kit.browser.request("POST", "/conversations", {"judging_policy": "off"})).body["id"]
    asked = [world.expect_ok(kit.browser.request("POST", f"/conversations/{conversation}/messages", {"content": f"{n} a long story", "service_ids": [slow]})).body for n in range(4)]
    batches = [one["ai_request_batch"]["id"] for one in asked]
    sockets = {f"{name} at node {node}": open_socket(world, kit, name, node, conversation) for name in ("cookie", "token", "ticket") for node in (0, 1)}
    proof.check(set(kit.statuses("/conversations").values()) == {200}, "a user is none")
    wait_until(lambda: running(world, batches), 20, "the start of an answer")
    begun = time.monotonic()
    world.expect_ok(world.ada.request("PATCH", f"/admin/users/{kit.id}", {"active": False}))
    seconds = until(proof, "the end of a disabled user's requests", lambda: set(kit.statuses("/conversations").values()) == {401})
    for name, socket in sockets.items():
        code = ended(socket)
        proof.check(code == 4401, f"the socket by {name} ended with {code}")
    closed = time.monotonic() - begun
    proof.check(closed <= WITHIN, f"the last socket was closed after {closed:.1f} s")
    stopped = until(proof, "the end of a disabled user's answers", lambda: not running(world, batches))
    for node in (0, 1):
        for path, body in (("/auth/login", {"email": kit.email, "password": PASSWORD}), ("/auth/token", {"email": kit.email, "password": PASSWORD}), ("/auth/refresh", {"refresh_token": kit.refresh})):
            reply = world.nobody.request("POST", path, body)
            proof.check(reply.status == 401, f"{path} of a disabled user: {reply.status}")
        for name, person in kit.each.items():
            reply = person.request("POST", f"/conversations/{conversation}/messages", {"content": "x", "service_ids": [slow]}, node=node)
            proof.check(reply.status == 401, f"a message by {name} of a disabled user: {reply.status}")
        for name in ("cookie", "token"):
            try:
                open_socket(world, kit, name, node, conversation).close()
                proof.check(False, f"a socket by {name} of a disabled user was opened")
            except Refused as refused:
                proof.check(refused.status == 401, f"a socket by {name} of a disabled user: {refused.status}")
    calls = len(world.cluster.calls())
    time.sleep(1.5)
    proof.check(len(world.cluster.calls()) == calls, "a provider was asked for a disabled user")
    proof.note(f"a disabled user's requests ended after {seconds:.1f} s, {len(sockets)} sockets after {closed:.1f} s, {len(batches)} running turns after {stopped + closed:.1f} s")


def running(world, batches):
    listed = ",".join(world.cluster.db.id(batch) for batch in batches)
    return world.cluster.db.one(f"SELECT count(*) FROM responses WHERE batch_id IN ({listed}) AND state NOT IN ('answered', 'failed', 'refused', 'cancelled')")


def open_socket(world, kit, name, node, conversation):
    path, api = f"/ws/conversation/{conversation}?after=0", world.cluster.apis[node]
    if name == "ticket":
        ticket = world.expect_ok(kit.each["the access token"].request("POST", "/ws-tickets", {})).body["ticket"]
        return world.socket(f"{path}&ticket={urllib.parse.quote(ticket)}", None, api)
    if name == "token":
        return world.socket(path, None, api, authorization=f"Bearer {kit.each['the API token'].token}")
    return world.socket(path, kit.browser, api)


def ended(socket):
    """The code that a socket is closed with; what is said before is read."""
    until_then = time.monotonic() + 15
    try:
        while time.monotonic() < until_then:
            socket.receive(timeout=15)
    except Closed as closed:
        return closed.code
    except TimeoutError:
        pass
    return "nothing"


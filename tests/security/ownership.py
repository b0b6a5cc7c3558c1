"""Every operation with an id, and all that lists or streams, as somebody else and as nobody: nothing of Bob's
is seen or changed, and what is not yours answers exactly as what is not there."""
import json
import urllib.parse
import uuid

from described import operations
from world import MARK, UNMADE, Proof, Refused, World


def ownership(binary):
    proof, world = Proof("what is another's is as if it were not there"), World(binary)
    try:
        every = operations(world.openapi())
        world.eve_by_token, world.eve_by_jwt = world.by_token(world.eve), world.by_jwt("eve@example.com")
        known = {name for kind in ("conversations", "messages", "batches", "responses", "api-keys", "prompts", "shares", "webhooks") for name in [world.make(kind)]}
        known |= {item for reply in own_lists(world, every) for item in reply}
        for operation in every:
            try_with_ids(proof, world, operation) if operation.ids else try_lists(proof, world, operation, known)
        try_nested(proof, world, every)
        try_scopes(proof, world, every)
        try_sockets(proof, world)
        try_other_verbs(proof, world, every)
        with_ids = sum(bool(operation.ids) for operation in every)
        proof.note(f"{len(every)} operations, {with_ids} with an id")
    finally:
        world.close()
    return proof


def eves(world):
    """Eve with each kind of credential."""
    return {"eve": world.eve, "eve by token": world.eve_by_token, "eve by access token": world.eve_by_jwt}


def own_lists(world, every):
    """The ids of what Bob sees in his own lists, which nobody else may see; services are everybody's."""
    shared = {world.bob.id, world.eve.id, world.ada.id}
    for path in ("/conversations", "/api-keys", "/api-tokens", "/prompts", "/auth/sessions", "/webhooks"):
        yield {item["id"] for item in world.bob.get(path)["items"]} - shared


def comparable(reply, ids):
    text = json.dumps(reply.body, sort_keys=True)
    for known in ids:
        text = text.replace(known, "ID")
    return reply.status, text


def try_with_ids(proof, world, operation):
    ids, invented = world.ids_for(operation), [str(uuid.uuid4()) for _ in operation.ids]
    body = world.body_for(operation)
    # An admin's paths are nobody else's business; an admin has no way into a user's own things either.
    others = {**eves(world), "nobody": world.nobody}
    if not operation.admin:
        others["admin"] = world.ada
    for name, person in others.items():
        theirs = comparable(person.request(operation.method, operation.at(*ids), body), ids)
        nowhere = comparable(person.request(operation.method, operation.at(*invented), body), invented)
        wanted = 401 if name == "nobody" and not operation.public else 403 if operation.admin else 404
        proof.check(theirs[0] == wanted, f"{operation} as {name}: {theirs[0]}, not {wanted}")
        proof.check(theirs == nowhere, f"{operation} as {name}: another's answers {theirs}, nothing's {nowhere}")
    if operation.kinds()[0] in UNMADE:
        return
    # The owner's own try shows that the request was a good one.
    owner = world.ada if operation.admin else world.bob
    own = owner.request(operation.method, operation.at(*ids), body)
    proof.check(own.status not in (0, 401, 403, 404, 405), f"{operation} as its owner: {own.status} {str(own.body)[:200]}")


def try_lists(proof, world, operation, known):
    if operation.changes:
        if not operation.public:
            reply = world.nobody.request(operation.method, operation.at(), world.body_for(operation))
            proof.check(reply.status == 401, f"{operation} as nobody: {reply.status}, not 401")
        if operation.admin:
            reply = world.eve.request(operation.method, operation.at(), world.body_for(operation))
            proof.check(reply.status == 403, f"{operation} as eve: {reply.status}, not 403")
        return
    if operation.leads_elsewhere:
        return
    path = operation.at().replace("q=canary", f"q={MARK}")
    for name, person in {**eves(world), "nobody": world.nobody}.items():
        reply = person.request("GET", path)
        wanted = {401} if name == "nobody" and not operation.public else {403} if operation.admin else {200}
        proof.check(reply.status in wanted, f"{operation} as {name}: {reply.status}, not {wanted}")
        text = json.dumps(reply.body)
        found = [item for item in known if item in text] + ([MARK] if MARK in text.replace(path, "") and "search" not in path else [])
        proof.check(not found, f"{operation} as {name} shows {found[:3]}")
        if "search" in path and reply.ok:
            proof.check(not reply.body.get("items"), f"{operation} as {name} finds {text[:200]}")


def try_nested(proof, world, every):
    """A child of one's own parent with another's id, and another's child below one's own parent."""
    own, others = world.asked(world.eve), world.asked(world.bob)
    for operation in every:
        if operation.kinds() != ["conversations", "messages"]:
            continue
        for conversation, message in ((own[0], others[1]), (others[0], own[1]), (others[0], others[1])):
            reply = world.eve.request(operation.method, operation.at(conversation, message), world.body_for(operation))
            proof.check(reply.status == 404, f"{operation} with ids of two people: {reply.status}")


def try_scopes(proof, world, every):
    """A token does no more than its scopes say, whoever holds it; one that is gone or bent does nothing."""
    reader = world.by_token(world.ada, ["read"])
    for operation in every:
        if operation.public:
            continue
        reply = reader.request(operation.method, operation.at(*world.ids_for(operation, world.ada)), world.body_for(operation))
        # A ticket opens a socket, which only reads.
        reads = operation.name == "create_ws_ticket"
        of_account = {"auth", "account"} & set(operation.tags) and operation.name != "get_session"
        asks_more = operation.changes or operation.admin or of_account
        needs_more = bool(asks_more) and not reads
        proof.check((reply.status == 403) == needs_more, f"{operation} with a token that reads: {reply.status}")
    good = world.by_token(world.bob).token
    for header in (f"Bearer {good}x", f"Bearer {good[:-1]}", f"Basic {good}", f"Token {good}", good, "Bearer ", "Bearer null", f"Bearer {good},Bearer {good}", "Bearer qk_' OR 1=1"):
        reply = world.nobody.request("GET", "/conversations", authorization=header)
        proof.check(reply.status == 401, f"authorization {header[:12]}…: {reply.status}")
    for query in (f"token={good}", f"access_token={good}", f"api_key={good}", f"authorization=Bearer%20{good}"):
        proof.check(world.nobody.request("GET", f"/conversations?{query}").status == 401, "a token in the address was taken")
    for header in ("x_api_key", "x_goog_api_key", "api_key", "x_auth_token"):
        proof.check(world.nobody.request("GET", "/conversations", **{header: good}).status == 401, f"a token in {header} was taken")
    revoked = world.make_token(world.bob, ["read"])
    world.expect_ok(world.bob.request("DELETE", f"/api-tokens/{revoked['api_token']['id']}"))
    reply = world.nobody.request("GET", "/conversations", authorization=f"Bearer {revoked['token']}")
    proof.check(reply.status == 401, f"a revoked token: {reply.status}")


def try_sockets(proof, world):
    conversation, nowhere = world.make("conversations"), str(uuid.uuid4())
    for query in ("", "?after=0", "?after=1", "?after=999999"):
        for name, person in (("eve", world.eve), ("admin", world.ada), ("nobody", None)):
            theirs, nothing = (refusal(world, f"/ws/conversation/{found}{query}", person) for found in (conversation, nowhere))
            proof.check(theirs == nothing == (401 if person is None else 404), f"socket{query} as {name}: {theirs} and {nothing}")
        for name, person in eves(world).items():
            # A ticket is its owner's wherever it is shown, and good for one socket.
            theirs, nothing = (refusal(world, with_ticket(person, f"/ws/conversation/{found}{query}"), None) for found in (conversation, nowhere))
            proof.check(theirs == nothing == 404, f"socket{query} by a ticket of {name}: {theirs} and {nothing}")
            if name != "eve":
                status = refusal(world, f"/ws/conversation/{conversation}{query}", None, authorization=f"Bearer {person.token}")
                proof.check(status == 404, f"socket{query} as {name}: {status}")
    proof.check(refusal(world, "/ws/user", None) == 401, "a socket of nobody's was opened")
    used = with_ticket(world.bob, f"/ws/conversation/{conversation}?after=0")
    proof.check((refusal(world, used, None), refusal(world, used, None), refusal(world, used, world.bob)) == (101, 401, 401), "a ticket works twice")
    listening = [world.socket("/ws/user", world.eve), world.socket(with_ticket(world.eve_by_jwt, "/ws/user"))]
    world.asked(world.bob)
    for socket in listening:
        heard = all_of(socket)
        proof.check('"ready"' in heard and conversation not in heard and MARK not in heard, f"eve hears of bob: {heard[:200]}")


def all_of(socket):
    heard = ""
    try:
        while True:
            heard += socket.receive(timeout=1.0)
    except TimeoutError:
        socket.close()
        return heard


def with_ticket(person, path):
    ticket = World.expect_ok(person.request("POST", "/ws-tickets", {})).body["ticket"]
    return f"{path}{'&' if '?' in path else '?'}ticket={urllib.parse.quote(ticket)}"


def refusal(world, path, person, **headers):
    try:
        world.socket(path, person, **headers).close()
    except Refused as refused:
        return refused.status
    return 101


def try_other_verbs(proof, world, every):
    """Methods that a path does not have are refused, whoever asks."""
    declared = {}
    for operation in every:
        declared.setdefault(operation.path, (operation, set()))[1].add(operation.method)
    for operation, methods in declared.values():
        ids = [str(uuid.uuid4()) for _ in operation.ids]
        for method in {"PUT", "PATCH", "DELETE", "POST", "GET"} - methods:
            reply = world.ada.request(method, operation.at(*ids))
            proof.check(reply.status in (404, 405), f"{method} {operation.path}: {reply.status}")

"""Fields that no body knows are refused or ignored: what they would set is found nowhere in the database."""
import uuid

from described import operations
from world import UNMADE, Proof, World

WHEN = "2001-02-03T04:05:06Z"
NUMBER = 987_654_321


def extras(world, planted):
    """What an attacker would like to set, by the words that others' programs have been fooled with."""
    other = world.eve.id
    return {
        "id": planted, "role": "admin", "is_admin": True, "admin": True, "permissions": ["*"], "scopes": ["admin"],
        "user_id": other, "owner": other, "owner_id": other, "created_by": other, "selected_by": other, "conversation_id": planted,
        "batch_id": planted, "message_id": planted, "parent_id": planted, "cost": NUMBER, "cost_micro_usd": NUMBER, "budget_micro_usd": NUMBER,
        "input_tokens": NUMBER, "seq": NUMBER, "version": NUMBER, "score": NUMBER, "ranking_score": NUMBER, "rank": NUMBER,
        "status": "COMPLETED", "state": "answered", "stage": "answered", "selected": True, "deleted": True, "demo": True, "active": False,
        "verified": True, "created_at": WHEN, "updated_at": WHEN, "expires_at": WHEN, "last_used_at": WHEN, "password_hash": "planted" + planted,
        "token_hash": "planted" + planted, "last4": "plnt", "sealed": "planted" + planted, "__proto__": {"role": "admin"}, "constructor": {"role": "admin"},
    }


def extra_fields(binary):
    proof, world = Proof("fields that a body does not know change nothing"), World(binary)
    fields = 0
    try:
        before = rights(world)
        world.columns = {table: columns(world, table) for table in tables(world)}
        for operation in operations(world.openapi()):
            if not operation.changes or operation.ends_sessions or operation.name in ("login", "create_token_pair"):
                continue
            planted = str(uuid.uuid4())
            known = operation.fields()
            more = {name: value for name, value in extras(world, planted).items() if name not in known}
            fields += len(more)
            body = {**(world.body_for(operation) or {}), **more}
            person = world.ada if operation.admin else world.bob
            owned = owned_by(world, world.eve.id)
            reply = person.request(operation.method, operation.at(*world.ids_for(operation)), body)
            unmade = operation.ids and operation.kinds()[0] in UNMADE
            proof.check(reply.ok or reply.status in (400, 403, 409, 422) or unmade, f"{operation} with more fields: {reply.status} {str(reply.body)[:200]}")
            world.take_back(operation, person)
            found = stored(world, planted)
            proof.check(not found, f"{operation}: what was planted is in {found}")
            proof.check(owned_by(world, world.eve.id) == owned, f"{operation}: something became eve's")
        proof.check(rights(world) == before, f"rights have changed: {before} is now {rights(world)}")
        proof.note(f"{fields} fields in all")
    finally:
        world.close()
    return proof


def tables(world):
    return [row["name"] for row in world.cluster.db.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%'")]


def columns(world, table):
    return [row["name"] for row in world.cluster.db.rows(f"PRAGMA table_info('{table}')")]


def stored(world, planted):
    """Tables with a column that holds the planted id, number or time."""
    db, found = world.cluster.db, []
    for table, names in world.columns.items():
        holds = " OR ".join(
            f"\"{column}\" = {db.id(planted)} OR instr(CAST(\"{column}\" AS TEXT), '{planted}') OR instr(CAST(\"{column}\" AS TEXT), '2001-02-03') "
            f"OR \"{column}\" = 'plnt' OR instr(CAST(\"{column}\" AS TEXT), '{NUMBER}')" for column in names
        )
        if db.one(f"SELECT count(*) FROM \"{table}\" WHERE {holds}"):
            found.append(table)
    return found


def owned_by(world, person):
    db = world.cluster.db
    return {
        (table, column): db.one(f"SELECT count(*) FROM \"{table}\" WHERE \"{column}\" = {db.id(person)}")
        for table, names in world.columns.items() for column in names if column.endswith(("user_id", "_by", "owner_id"))
    }


def rights(world):
    rows = world.cluster.db.rows("SELECT email, role, active FROM users WHERE email IN ('ada@example.com', 'bob@example.com', 'eve@example.com')")
    return sorted((row["email"], row["role"], row["active"]) for row in rows)

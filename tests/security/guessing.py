"""A thousand guesses: few of them are ever compared with a password, and the owner still gets in."""
import concurrent.futures
import time

from world import PASSWORD, Proof, World

GUESSES = 1_000
ADDRESS_BURST, ADDRESS_A_MINUTE = 40, 8
PLACE_BURST, PLACE_A_MINUTE = 8, 2
ACCOUNT_BURST, ACCOUNT_A_MINUTE = 60, 4


def guessing(binary):
    proof = Proof("guessing does not pay, and locks nobody out")
    one_address(proof, binary)
    many_addresses(proof, binary)
    return proof


def one_address(proof, binary):
    """Whatever a stranger at one address writes into headers, and however the guesses are spread."""
    world, begun = World(binary), time.monotonic()
    try:
        at_one = guess(world, [("bob@example.com", None)] * GUESSES)
        bound = PLACE_BURST + PLACE_A_MINUTE * minutes(begun)
        proof.check(at_one["reached"] <= bound, f"{at_one['reached']} of {GUESSES} guesses at one account were compared, at most {bound:.0f} may be")
        forged = guess(world, [("eve@example.com", f"203.0.113.{number % 50}") for number in range(GUESSES)])
        proof.check(forged["reached"] <= bound, f"{forged['reached']} guesses behind 50 forged addresses were compared, at most {bound:.0f} may be")
        spread = guess(world, [(f"user{number % 100}@example.com", None) for number in range(GUESSES)])
        reached = sum(found["reached"] for found in (at_one, forged, spread))
        bound = ADDRESS_BURST + ADDRESS_A_MINUTE * minutes(begun)
        proof.check(reached <= bound, f"{reached} guesses from one address were compared, at most {bound:.0f} may be")
        for name, found in (("at one account", at_one), ("behind forged addresses", forged), ("over 100 accounts", spread)):
            proof.tried += GUESSES
            proof.check(found["other"] == [], f"guesses {name} were answered with {found['other'][:5]}")
            proof.note(f"{name}: {found['reached']} of {GUESSES} reached the hash")
        # Nobody was locked out: bob's browser is known, and the right password works from there.
        proof.check(world.bob.sign_in("bob@example.com").name == "bob@example.com", "bob is locked out")
        other_ways(proof, world)
    finally:
        world.close()


def many_addresses(proof, binary):
    """Guesses that really come from many addresses are counted by account, where it was never signed in from."""
    world, begun = World(binary, server__trusted_proxies='["127.0.0.1"]', rates__sign_in_address="{per_minute=0,burst=0}"), time.monotonic()
    try:
        home = world.person()
        account = {"email": "bob@example.com", "password": PASSWORD}
        world.expect_ok(home.request("POST", "/auth/login", account, x_forwarded_for="198.51.100.7"))
        found = guess(world, [("bob@example.com", f"203.0.{number // 250}.{number % 250}") for number in range(GUESSES)])
        bound = ACCOUNT_BURST + ACCOUNT_A_MINUTE * minutes(begun)
        proof.check(found["reached"] <= bound, f"{found['reached']} guesses from {GUESSES} addresses were compared, at most {bound:.0f} may be")
        proof.check(found["other"] == [], f"guesses from many addresses were answered with {found['other'][:5]}")
        proof.tried += GUESSES
        proof.note(f"from {GUESSES} addresses: {found['reached']} reached the hash")
        for name, more in (("from home", {"x_forwarded_for": "198.51.100.7"}), ("in their browser elsewhere", {"x_forwarded_for": "198.51.100.9"})):
            person = home if name != "from home" else world.person()
            reply = person.request("POST", "/auth/login", account, **more)
            proof.check(reply.ok, f"the owner cannot sign in {name}: {reply.status}")
    finally:
        world.close()


def minutes(begun):
    # What came free while the guesses were made, and one more for the clock's edge.
    return (time.monotonic() - begun) / 60 + 0.5


def guess(world, tries):
    """Wrong passwords, sixteen at once; gives how many were compared. A refusal says when to come back."""
    def one(number):
        email, forwarded = tries[number]
        more = {"x_forwarded_for": forwarded, "forwarded": f"for={forwarded}", "x_real_ip": forwarded} if forwarded else {}
        return strangers[number % 16].request("POST", "/auth/login", {"email": email, "password": f"wrong guess {number}"}, **more)
    strangers = [world.person() for _ in range(16)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(one, range(len(tries))))
    refused = [reply for reply in replies if reply.status == 429 and int(reply.headers.get("Retry-After", "0")) > 0]
    reached = sum(reply.status == 401 for reply in replies)
    other = [reply.status for reply in replies if reply.status not in (401, 429)]
    return {"reached": reached, "other": other if len(refused) + reached == len(replies) else [*other, "429 without Retry-After"]}


def other_ways(proof, world):
    """The same counts stand before every other way in that takes a password or a secret."""
    for path, body in (("/auth/token", {"email": "bob@example.com", "password": "wrong"}), ("/auth/login", {"email": "bob@example.com", "password": "wrong"})):
        replies = {world.nobody.request("POST", path, body).status for _ in range(30)}
        proof.check(replies <= {429}, f"{path} after a thousand guesses: {replies}")
    wrong = [world.eve.request("POST", "/auth/password", {"current_password": f"wrong {number}", "new_password": "a new phrase 77"}).status for number in range(30)]
    proof.check(429 in wrong and not set(wrong) - {401, 403, 422, 429}, f"guessing one's own password: {sorted(set(wrong))}")
    for nothing in ("", None, "null", "undefined", "0", "x" * 43, "' OR 1=1", [], {}, True, 0):
        for path, body in (("/auth/reset", {"token": nothing, "password": "a new phrase 77"}), ("/auth/links", {"token": nothing}),
                           ("/auth/register", {"name": "x", "email": "x@example.com", "password": "a new phrase 77", "invite": nothing, "setup_token": nothing}),
                           ("/auth/refresh", {"refresh_token": nothing})):
            reply = world.nobody.request("POST", path, body)
            proof.check(reply.status in (400, 401, 403, 404, 422, 429), f"{path} with {nothing!r}: {reply.status}")

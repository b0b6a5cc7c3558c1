"""Money and rates over several processes: what many ask for at once fits into one budget, and is counted once."""
import concurrent.futures
import time

from people import PASSWORD, Caller
from stage import scenario

CAP = 11_000
"""Micro-USD. One answer is set aside with about 2,100 of them at most, so that a few of fifty fit."""


class ByToken(Caller):
    """The same person by a personal API token."""

    def __init__(self, person, token):
        super().__init__(person.origins, person.replies)
        self.token = token

    def request(self, method, path, body=None, **more):
        return super().request(method, path, body, **{"authorization": f"Bearer {self.token}", **more})


def at_once(who, conversation, service, times=50):
    """So many POSTs at once, every other one to the other API process."""
    body = {"content": "what is it?", "service_ids": [service]}

    def post(number):
        return who.request("POST", f"/conversations/{conversation}/messages", body, node=number)
    with concurrent.futures.ThreadPoolExecutor(times) as pool:
        return list(pool.map(post, range(times)))


@scenario("ES")
def fifty_posts_at_once_at_the_cap_overspend_by_nothing(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, users=3, models=("demo-one+tps400",), policy="off", max_output_tokens=1_000)
    service, (ada, bob, eve) = driver.services["s1"], driver.users
    made = eve.request("POST", "/api-tokens", {"name": "a program", "scopes": ["read", "write"]}).body
    program = ByToken(eve, made["token"])
    for scope, subject, who, owner in (("user", bob.id, bob, bob), ("token", made["api_token"]["id"], program, eve), ("instance", None, ada, ada)):
        conversation = driver.conversation(owner)
        spent_before = cost(cluster, "1 = 1") if scope == "instance" else 0
        draft = {"scope": scope, "subject_id": subject, "period": "day", "soft_micro_usd": spent_before + CAP // 2, "hard_micro_usd": spent_before + CAP}
        budget = ada.request("POST", "/admin/budgets", draft)
        stage.expect(budget.ok, f"no budget of {scope}: {budget.status} {budget.body}")
        replies = at_once(who, conversation, service)
        taken = [reply.body for reply in replies if reply.status == 202]
        refused = [reply for reply in replies if reply.status == 402 and reply.body["type"] == "/problems/budget_exceeded"]
        stage.expect(0 < len(taken) < 50 and len(taken) + len(refused) == 50, f"{scope}: {sorted(reply.status for reply in replies)}")
        driver.wait_final([{"batch": one["ai_request_batch"]["id"]} for one in taken])
        standing = next(one for one in ada.get("/admin/budgets")["items"] if one["id"] == budget.body["id"])
        ledger = cost(cluster, "1 = 1") if scope == "instance" else cost(cluster, f"user_id = {cluster.db.id(owner.id)}")
        stage.expect(standing["spent_micro_usd"] <= spent_before + CAP, f"{scope}: overspent, {standing}")
        stage.expect(standing["reserved_micro_usd"] == 0, f"{scope}: something is still set aside: {standing}")
        stage.expect(standing["spent_micro_usd"] == ledger, f"{scope}: {standing['spent_micro_usd']} booked, {ledger} in the ledger")
        stage.tell(f"{scope}: {len(taken)} of 50 fit, {standing['spent_micro_usd'] - spent_before} of {CAP} micro-USD spent")
    dear(stage, driver)
    stage.expect(not driver.faulty_replies(), f"replies: {driver.faulty_replies()[:3]}")
    stage.expect(not cluster.panics(), "a process panicked")


def cost(cluster, where):
    return int(cluster.db.one(f"SELECT COALESCE(sum(cost_micro_usd), 0) FROM calls WHERE {where}"))


def dear(stage, driver):
    """A service whose answers could cost a fortune does not fit, and an absurd length is none."""
    ada = driver.admin
    calls = len(driver.cluster.calls())
    draft = {"name": "dear", "service_type": "openai_compatible", "base_url": driver.cluster.fleet_origin + "/compatible/v1", "model": "demo-two", "requires_key": False,
             "judge": False, "output_price_micro_usd": 2_000_000}
    for tokens, wanted in ((10**9, (402, 422)), (10**18, (402, 422)), (-1, (422,)), (0, (422,))):
        made = ada.request("POST", "/admin/services", {**draft, "name": f"dear {tokens}", "max_output_tokens": tokens})
        reply = made
        if made.ok:
            reply = ada.request("POST", f"/conversations/{driver.conversation()}/messages", {"content": "x", "service_ids": [made.body["id"]]})
        stage.expect(reply.status in wanted, f"{tokens} tokens at most: {reply.status} {str(reply.body)[:200]}")
    stage.expect(len(driver.cluster.calls()) == calls, "a provider was asked for more than there is money for")


@scenario("S")
def rates_of_users_addresses_and_tokens_are_counted_over_all_processes(stage):
    slow, off = "{per_minute=6,burst=20}", "{per_minute=0,burst=0}"
    for what in ("user", "token", "address"):
        rates = {f"rates__{name}": slow if name == what else off for name in ("user", "token", "address", "asking")}
        cluster = stage.cluster(workers=1, **rates)
        person = Caller([node.origin for node in cluster.apis], [])
        person.request("POST", "/auth/register", {"name": "Ada", "email": "ada@example.com", "password": PASSWORD})
        person = person.sign_in("ada@example.com")
        who = ByToken(person, person.request("POST", "/api-tokens", {"name": "p", "scopes": ["read"]}).body["token"]) if what == "token" else person
        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda number: who.request("GET", "/conversations", node=number), range(80)))
        passed = sum(reply.ok for reply in replies)
        most = 20 + 6 * (time.monotonic() - begun) / 60 + 1
        polite = [reply for reply in replies if reply.status == 429 and int(reply.headers.get("Retry-After", "0")) > 0]
        stage.expect(passed <= most, f"{passed} of 80 requests of one {what} passed two processes, at most {most:.0f} may")
        stage.expect(passed > 5 and passed + len(polite) == 80, f"{what}: {sorted(reply.status for reply in replies)}")
        stage.tell(f"{what}: {passed} of 80 passed with 20 at once")
        cluster.close()

"""Providers that hang, crawl, break and refuse: one bad one never holds the others up, and one layer retries."""
import statistics
import time
from datetime import datetime

from processes import wait_until
from proxy import Proxy, never_accepts
from stage import scenario

GOOD = ("demo-one+slow400+tps150", "demo-two+slow600+tps150")
SHORT = {"deadlines__connect": 2, "deadlines__first_token": 3, "deadlines__content_idle": 3, "deadlines__total": 9, "deadlines__batch": 40}


def others_time(driver, turn):
    """Seconds until the good services had answered, by Quorum's own clock."""
    rows = driver.cluster.db.rows(
        f"SELECT service_name, created_at, finished_at FROM responses WHERE batch_id = {driver.cluster.db.id(turn['batch'])} AND service_name IN ('s1', 's2')"
    )
    return max(seconds_between(row["created_at"], row["finished_at"]) for row in rows)


def by_themselves(driver, count):
    """The times of turns that ask the good services only."""
    times = []
    for _ in range(count):
        turn = driver.ask(services=["s1", "s2"])
        driver.wait_final([turn])
        times.append(others_time(driver, turn))
    return times


def seconds_between(begun, ended):
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds()


def hanging(stage, driver, cluster):
    """Services that hang each in its own way; the name says how, with what ends it and after how many seconds."""
    port, kept = never_accepts()
    stage.keep(Keeper(kept))
    slow = stage.keep(Proxy(cluster.fleet.port))
    slow.mode = "slow"
    return {
        "never_accepts": (f"http://127.0.0.1:{port}", "demo-a", ("connection", "timeout_first_token"), 3 * 2.5 + 6),
        "takes_and_is_silent": (None, "demo-b+hang", ("timeout_first_token",), 3 * 3 + 6),
        "headers_only": (None, "demo-c+hangheaders", ("timeout_first_token",), 3 * 3 + 6),
        "comments_only": (None, "demo-d+comments", ("timeout_first_token",), 3 * 3 + 6),
        "a_byte_a_second": (f"http://127.0.0.1:{slow.port}", "demo-e", ("timeout_first_token", "timeout_total", "timeout_idle"), 3 * 9 + 8),
        "stops_in_mid_sentence": (None, "demo-f+stall", ("timeout_idle",), 3 * 4 + 8),
    }


class Keeper:
    def __init__(self, sockets):
        self.sockets = sockets

    def close(self):
        for one in self.sockets:
            one.close()


@scenario("ES", alone=True)
def a_hanging_provider_fails_by_its_deadline_and_holds_nobody_up(stage):
    cluster = stage.cluster(**SHORT)
    driver = stage.driver(cluster, models=GOOD)
    alone = by_themselves(driver, stage.pick(4, 12))
    ways = hanging(stage, driver, cluster)
    turns = {}
    for way, (origin, model, _, _) in ways.items():
        driver.add_service(way, model, origin=origin)
    for way in ways:
        turns[way] = driver.ask(services=["s1", "s2", way])
        time.sleep(1.2)
    driver.wait_final(seconds=60)
    alone += by_themselves(driver, stage.pick(4, 12))
    beside = [others_time(driver, turn) for turn in turns.values()]
    usual, now = statistics.median(alone), statistics.median(beside)
    stage.expect(now <= usual * 1.05 + 0.15, f"the others took {now:.2f} s beside a hanging one, {usual:.2f} s without")
    for way, (_, _, kinds, limit) in ways.items():
        answers = {answer["service_name"]: answer for answer in driver.batch(turns[way])["responses"]}
        kind = (answers[way]["error"] or {}).get("kind")
        stage.expect(kind in kinds, f"{way}: ended as {answers[way]['status']} {kind}")
        row = cluster.db.rows(f"SELECT created_at, finished_at FROM responses WHERE id = {cluster.db.id(answers[way]['id'])}")[0]
        took = seconds_between(row["created_at"], row["finished_at"])
        stage.expect(took <= limit, f"{way}: failed after {took:.1f} s, not {limit:g}")
    stage.note(f"others: {usual:.2f} s alone, {now:.2f} s beside")
    stage.judge(cluster, driver, extra_allowed=None, allow_failed=True, retries=True)


# model, service type: calls to expect, how it ends, what the failure is called
ERRORS = {
    "demo-a+429x1": (2, "completed", None),
    "demo-b+500x2": (3, "completed", None),
    "demo-c+500": (3, "failed", ("overloaded", "connection", "bad_response")),
    "demo-d+529": (3, "failed", ("overloaded",)),
    "demo-e+quota": (1, "failed", ("quota",)),
    "demo-f+contextlong": (1, "failed", ("context_too_long",)),
    "demo-g+cut": (3, "failed", ("connection",)),
    "demo-h+cutclean": (3, "failed", ("connection", "bad_response")),
    "demo-i+html502": (3, "failed", ("overloaded", "bad_response", "connection")),
    "demo-j+badjson": (3, "failed", ("bad_response",)),
    "demo-k+empty": (3, "failed", ("bad_response",)),
    "demo-l+filter": (1, "failed", ("content_filtered",)),
    "demo-m+errorinstream": (3, "failed", ("overloaded", "connection", "bad_response")),
    "unknown-model": (1, "failed", ("bad_request",)),
}


@scenario("ES")
def errors_are_retried_by_one_layer_and_only_where_it_helps(stage):
    cluster = stage.cluster(limits__services_per_message=8)
    driver = stage.driver(cluster, models=())
    for number, model in enumerate(ERRORS):
        driver.add_service(model, model, origin=cluster.fleet_origin if number % 2 else None)
    driver.add_service("refused", "demo-z", origin="http://127.0.0.1:9")
    driver.add_service("no-tls", "demo-x", origin=f"https://127.0.0.1:{cluster.fleet.port}")
    driver.add_service("wrong-key", "demo-y", "openai", "/openai/v1", key="wrong-key-0000")
    turns = {name: driver.ask(services=[name]) for name in driver.services}
    driver.wait_final(seconds=90)
    for model, (calls, status, kinds) in ERRORS.items():
        answer = driver.batch(turns[model])["responses"][0]
        kind = (answer["error"] or {}).get("kind")
        made = sum(call["last_message"].startswith(turns[model]["tag"]) or call["model"] == model for call in cluster.calls())
        stage.expect(made == calls, f"{model}: {made} calls, not {calls}")
        stage.expect(answer["status"] == status, f"{model}: {answer['status']}")
        stage.expect(not kinds or kind in kinds, f"{model}: called {kind}")
        stage.expect(status == "completed" or (answer["error"] or {}).get("action"), f"{model}: says not what to do")
    wrong = driver.batch(turns["wrong-key"])["responses"][0]
    stage.expect((wrong["error"] or {}).get("kind") == "auth" and wrong["attempt"] == 1, f"wrong key: {wrong['error']}")
    for name in ("refused", "no-tls"):
        answer = driver.batch(turns[name])["responses"][0]
        stage.expect((answer["error"] or {}).get("kind") == "connection", f"{name}: {answer['error']}")
    stage.judge(cluster, driver, extra_allowed=None, allow_failed=True, retries=True)


@scenario("ES")
def a_wait_is_visible_kept_and_costs_no_worker(stage):
    cluster = stage.cluster(workers__answer_places=2, workers=1)
    driver = stage.driver(cluster, models=("demo-one+429after4", "demo-two+tps200"))
    conversation = driver.conversation()
    watcher = stage.watch(driver, [conversation])[0]
    turns = [driver.ask(conversation=conversation, services=["s1"]) for _ in range(3)]
    wait_until(lambda: any(event["response"].get("retry_at") for event in watcher.seen("response_update")), 10, "a visible wait")
    quick = driver.ask(services=["s2"])
    begun = time.monotonic()
    driver.wait_final([quick], seconds=30)
    stage.within(time.monotonic() - begun, 3.0, "an answer beside three waiting ones with two places")
    driver.wait_final(turns, seconds=60)
    for turn in turns:
        times = [call["at_ms"] for call in cluster.calls() if call["last_message"].startswith(turn["tag"])]
        gaps = [(later - sooner) / 1000 for sooner, later in zip(times, times[1:])]
        stage.expect(all(gap >= 3.9 for gap in gaps), f"Retry-After of 4 s was not kept: {[round(gap, 1) for gap in gaps]}")
    stage.judge(cluster, driver, extra_allowed=None, allow_failed=True, retries=True)


@scenario("ES")
def a_breaker_opens_on_a_failing_service_and_lets_it_back_in(stage):
    cluster = stage.cluster(through=("fleet",), deadlines__batch=20)
    driver = stage.driver(cluster, models=("demo-one+tps300",))
    proxy = cluster.proxies["fleet"]
    proxy.close()
    for _ in range(stage.pick(12, 30)):
        driver.ask()
        time.sleep(0.4)
    driver.wait_final(seconds=40)
    ledger = cluster.db.one("SELECT count(*) FROM calls")
    asked = len(driver.accepted) * 3
    stage.expect(ledger < asked * 0.8, f"{ledger} calls to a dead service for {len(driver.accepted)} turns: no breaker opened")
    proxy.open()
    begun = time.monotonic()
    while time.monotonic() - begun < 70:
        turn = driver.ask()
        driver.wait_final([turn], seconds=60)
        if driver.batch(turn)["status"] == "COMPLETED":
            break
        time.sleep(1)
    stage.within(time.monotonic() - begun, 65, "the return of a service that is well again")
    stage.judge(cluster, driver, extra_allowed=None, allow_failed=True, retries=True)


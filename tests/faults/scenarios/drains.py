"""SIGTERM under load, beyond the grace, and rolling restarts."""
import signal
import threading
import time

from processes import wait_until
from stage import scenario


def keep_busy(cluster, driver, count=1):
    """Asks until some worker has so much in hand; gives the worker and the turns."""
    turns = []

    def busiest():
        return max(cluster.workers, key=lambda node: len(cluster.held_by(node)))

    def busy():
        if len(turns) < 40:
            turns.append(driver.ask())
        return len(cluster.held_by(busiest())) >= count
    wait_until(busy, 20, "work in hand", every=0.05)
    return busiest(), turns


@scenario("ES")
def a_request_to_stop_lets_running_answers_finish_and_exits_with_zero(stage):
    cluster = stage.cluster(workers__grace=20)
    driver = stage.driver(cluster, models=("demo-one+slow1500+tps100", "demo-two+slow2000+tps100"))
    node, turns = keep_busy(cluster, driver, 2)
    held = cluster.held_by(node)
    code, seconds = node.terminate()
    stage.expect(code == 0, f"exit code {code}")
    stage.within(seconds, 22, "draining")
    rows = cluster.db.rows(f"SELECT state, attempt, crash_count FROM responses WHERE id IN ({', '.join(map(cluster.db.id, held))})")
    stage.expect(all(row["state"] == "answered" for row in rows), f"cut short although there was time: {rows}")
    node.start()
    driver.wait_final(turns, seconds=30)
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def work_beyond_the_grace_is_handed_back_without_a_spent_attempt(stage):
    cluster = stage.cluster(workers__grace=2, workers__lease=30)
    driver = stage.driver(cluster, models=("demo-one+tps8",))
    node, turns = keep_busy(cluster, driver, 2)
    time.sleep(1.5)
    held = ", ".join(map(cluster.db.id, cluster.held_by(node)))
    count = held.count(",") + 1
    code, seconds = node.terminate()
    stopped = time.monotonic()
    stage.expect(code == 0, f"exit code {code}")
    stage.expect(seconds <= 4.5, f"stopping took {seconds:.1f} s with a grace of 2 s")
    if stage.embedded:
        rows = cluster.db.rows(f"SELECT state, crash_count, lease_owner FROM responses WHERE id IN ({held})")
        stage.expect(all(row["state"] == "queued" and not row["crash_count"] and not row["lease_owner"] for row in rows), f"not handed back: {rows[:2]}")
        node.start()
        stopped = time.monotonic()
    going = f"SELECT count(*) AS n FROM responses WHERE id IN ({held}) AND lease_owner IS NOT NULL AND lease_owner NOT LIKE 'worker-{node.popen.pid if not stage.embedded else 0}-%'"
    wait_until(lambda: cluster.db.one(going) == count, 15, "the handed back work going on")
    stage.within(time.monotonic() - stopped, 5, "going on with what was handed back")
    if not stage.embedded:
        node.start()
    driver.wait_final(turns, seconds=60)
    left = cluster.db.rows(f"SELECT max_attempts - attempt AS n FROM responses WHERE id IN ({held})")
    stage.expect(all(row["n"] >= 2 for row in left), f"attempts left after one hand-back: {left}")
    stage.judge(cluster, driver, extra_allowed=count, retries=True)


@scenario("ES")
def a_second_request_to_stop_does_not_lose_work(stage):
    cluster = stage.cluster(workers__grace=25, workers__lease=5)
    driver = stage.driver(cluster, models=("demo-one+tps8",))
    node, turns = keep_busy(cluster, driver)
    time.sleep(1)
    node.send(signal.SIGTERM)
    time.sleep(1)
    begun = time.monotonic()
    code, _ = node.terminate()
    stage.note(f"exit {code}, {time.monotonic() - begun:.1f} s after the second signal")
    node.start()
    driver.wait_final(turns, seconds=60)
    stage.judge(cluster, driver, extra_allowed=len(turns), retries=True)


@scenario("ES")
def rolling_restarts_under_load_lose_and_double_nothing_and_leave_no_gap(stage):
    cluster = stage.cluster(workers__grace=10)
    driver = stage.driver(cluster, users=5, models=("demo-one+slow200+tps150", "demo-two+slow400+tps150"))
    conversations = driver.begin(per_second=stage.pick(3.0, 5.0), conversations=stage.pick(2, 10))
    watchers = stage.watch(driver, conversations)
    for _ in range(stage.pick(1, 3)):
        for node in cluster.nodes:
            time.sleep(1.0)
            code, seconds = node.terminate()
            stage.expect(code == 0, f"{node.name} exited with {code}")
            stage.within(seconds, 12, f"stopping {node.name}")
            node.start()
    time.sleep(1.0)
    driver.end()
    driver.wait_final(seconds=60)
    lasts = {one: driver.owners[one].get(f"/conversations/{one}/events?after=0&limit=1")["last_seq"] for one in conversations}
    caught_up = lambda: all(watcher.last >= lasts[watcher.conversation] for watcher in watchers)  # noqa: E731
    stage.within(wait_until(caught_up, 20, "every page being up to date"), 15, "pages catching up")
    stage.expect(all(not watcher.resyncs for watcher in watchers), "a page had to start afresh")
    stage.judge(cluster, driver, watchers, extra_allowed=0)


@scenario("E")
def stopping_closes_open_pages_with_a_code_that_makes_them_return(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=("demo-one",))
    conversation = driver.conversation()
    watcher = stage.watch(driver, [conversation])[0]
    wait_until(lambda: watcher.readies, 5, "the page being live")
    code, seconds = cluster.nodes[0].terminate()
    stage.expect(code == 0 and seconds < 4, f"an idle product with an open page took {seconds:.1f} s to stop (exit {code})")
    wait_until(lambda: watcher.codes, 5, "the page hearing of it")
    stage.expect(watcher.codes[0] in (1001, 1012), f"the page was closed with {watcher.codes[0]}")
    again = threading.Event()
    cluster.nodes[0].start()
    wait_until(lambda: watcher.readies > 1 or again.is_set(), 10, "the page coming back")

"""PostgreSQL away, restarted, its sessions cut: nothing is asked twice, nothing is lost, nobody exits."""
import time

from processes import wait_until
from stage import scenario


def recovered(stage, driver, limit, what):
    """Seconds until a new turn is answered; the promise is in the limit."""
    begun = time.monotonic()
    turn = driver.ask(patience=limit * 3)
    if stage.expect(turn, f"no turn was taken {what}"):
        driver.wait_final([turn], seconds=limit * 3)
    stage.within(time.monotonic() - begun, limit, f"the first answer {what}")


def nobody_exits(stage, cluster, pids):
    stage.expect([node.pid for node in cluster.nodes if node.alive()] == pids, "a process exited")


@scenario("S")
def a_database_that_is_away_when_the_answer_arrives_costs_no_second_call(stage):
    away = stage.pick(8, 20)
    cluster = stage.cluster(own_postgres=True, workers__lease=30)
    driver = stage.driver(cluster, models=("demo-one+slow1500+tps200", "demo-two+slow2000+tps200"))
    pids = [node.pid for node in cluster.nodes]
    turns = [driver.ask() for _ in range(6)]
    wait_until(lambda: sum(call["outcome"] == "open" for call in cluster.calls()) == 12, 10, "all calls under way", every=0.02)
    cluster.postgres.stop()
    stopped = time.monotonic()
    while time.monotonic() - stopped < away:
        reply = driver.attempt(driver.admin, turns[0]["conversation"], "tag-away nobody is home", timeout=15)
        polite = reply.status == 503 and reply.headers.get("Retry-After")
        stage.expect(polite, f"without a database the API says {reply.status} after {reply.seconds:.1f} s")
        stage.expect(reply.seconds < 12, f"the API took {reply.seconds:.1f} s to say so")
        time.sleep(0.3)
    stage.expect(all(call["outcome"] == "completed" for call in cluster.calls()), "a call was broken off when the database went away")
    cluster.postgres.start()
    begun = time.monotonic()
    driver.wait_final(turns, seconds=60)
    stage.within(time.monotonic() - begun, 10, "saving the answers that were waiting")
    nobody_exits(stage, cluster, pids)
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("S")
def three_restarts_of_postgres_under_load_lose_nothing(stage):
    cluster = stage.cluster(own_postgres=True)
    driver = stage.driver(cluster, users=2, models=("demo-one+tps100", "demo-two+slow500+tps100"))
    watchers = stage.watch(driver, driver.begin(per_second=2.0))
    pids = [node.pid for node in cluster.nodes]
    for mode in ("fast", "immediate", "fast"):
        time.sleep(stage.pick(2, 10))
        cluster.postgres.stop(mode)
        time.sleep(1)
        cluster.postgres.start()
        recovered(stage, driver, 10, "after a restart of PostgreSQL")
    driver.end()
    nobody_exits(stage, cluster, pids)
    stage.judge(cluster, driver, watchers, extra_allowed=0)


@scenario("S")
def sessions_ended_every_two_seconds_break_nothing(stage):
    cluster = stage.cluster(own_postgres=True)
    driver = stage.driver(cluster, users=2, models=("demo-one+tps100", "demo-two+slow500+tps100"))
    driver.begin(per_second=4.0)
    pids = [node.pid for node in cluster.nodes]
    before = len(driver.replies)
    until, cuts = time.monotonic() + stage.pick(14, 60), 0
    while time.monotonic() < until:
        cuts += 1
        cluster.db.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
        time.sleep(2)
    driver.end()
    replies = driver.replies[before:]
    refused = sum(status == 503 for status, _, _ in replies)
    # Each cut may hit a request at work, which counts for more than a twentieth where there are few.
    stage.expect(refused <= max(cuts, len(replies) * 0.05), f"{refused} of {len(replies)} requests were refused")
    stage.note(f"{refused} of {len(replies)} refused in {cuts} cuts; longest {max(seconds for _, seconds, _ in replies):.1f} s")
    nobody_exits(stage, cluster, pids)
    recovered(stage, driver, 10, "after the last cut")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("S")
def a_slow_and_a_broken_line_to_postgres_lose_nothing(stage):
    cluster = stage.cluster(through=("postgres",))
    driver = stage.driver(cluster, users=2, models=("demo-one+tps100",))
    proxy, pids = cluster.proxies["postgres"], [node.pid for node in cluster.nodes]
    driver.begin(per_second=2.0)
    time.sleep(1)
    proxy.mode, proxy.delay = "delay", 0.03
    time.sleep(stage.pick(4, 20))
    proxy.mode = "pass"
    for _ in range(3):
        proxy.reset()
        time.sleep(1)
    # Bytes vanish and nothing is said about it.
    proxy.mode = "drop"
    time.sleep(stage.pick(6, 30))
    proxy.mode = "pass"
    proxy.reset()
    driver.end()
    recovered(stage, driver, 15, "after the line was good again")
    nobody_exits(stage, cluster, pids)
    stage.judge(cluster, driver, extra_allowed=None)

"""kill -9 at random moments and at the worst ones."""
import random
import time

from processes import wait_until
from scenarios.drains import keep_busy
from stage import scenario

PACED = ("demo-one+tps60", "demo-two+tps90+slow300", "demo-three+tps150")


def taken_up(cluster, held, dead_pid, begun, limit=60):
    """Seconds from `begun` until nothing is left in the name of a dead process."""
    if held:
        sql = f"SELECT count(*) AS n FROM responses WHERE lease_owner LIKE 'worker-{dead_pid}-%'"
        wait_until(lambda: cluster.db.one(sql) == 0, limit, "the takeover", every=0.1)
    return time.monotonic() - begun if held else 0.0


@scenario("E")
def killing_the_single_binary_at_random_moments_loses_and_doubles_nothing(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, users=2, models=PACED)
    watchers = stage.watch(driver, driver.begin(per_second=3.0, conversations=stage.pick(2, 25)))
    node, in_flight = cluster.nodes[0], 0
    for _ in range(stage.pick(6, 100)):
        time.sleep(random.uniform(0.3, 2.5))
        node.kill()
        held, dead = cluster.held_by(node), node.pid
        in_flight += len(held)
        begun = time.monotonic()
        node.start()
        stage.within(taken_up(cluster, held, dead, begun), 10, "going on after a restart")
    driver.end()
    # An answer that was in flight at three deaths is given up, as promised.
    stage.judge(cluster, driver, watchers, extra_allowed=in_flight, allow_failed=True)


@scenario("S")
def killing_workers_at_random_moments_loses_and_doubles_nothing(stage):
    # The promise of 30 s is tried with the default lease; a hundred rounds with a shorter one.
    cluster = stage.cluster(workers__lease=stage.pick(20, 5))
    driver = stage.driver(cluster, users=2, models=PACED)
    watchers = stage.watch(driver, driver.begin(per_second=4.0, conversations=stage.pick(2, 25)))
    in_flight = 0
    for turn in range(stage.pick(2, 100)):
        node = cluster.workers[turn % 2]
        time.sleep(random.uniform(0.5, 3.0))
        node.kill()
        begun, held, dead = time.monotonic(), cluster.held_by(node), node.pid
        in_flight += len(held)
        stage.within(taken_up(cluster, held, dead, begun), 30, "takeover by the other worker")
        node.start()
    driver.end()
    # A hundred kills in three minutes make three on one answer likely: a final state that says so.
    stage.judge(cluster, driver, watchers, extra_allowed=in_flight, allow_failed=stage.size == "full")


@scenario("S")
def killing_api_nodes_at_random_moments_loses_nothing_that_was_accepted(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, users=3, models=PACED)
    watchers = stage.watch(driver, driver.begin(per_second=4.0, conversations=stage.pick(2, 25)))
    for turn in range(stage.pick(4, 100)):
        node = cluster.apis[turn % 2]
        time.sleep(random.uniform(0.3, 2.0))
        node.kill()
        time.sleep(random.uniform(0.0, 1.0))
        node.start()
    driver.end()
    stage.judge(cluster, driver, watchers, extra_allowed=0)


@scenario("S")
def both_workers_dying_at_once_leave_nothing_behind(stage):
    cluster = stage.cluster(workers__lease=6)
    driver = stage.driver(cluster, models=("demo-one+tps20", "demo-two+tps20"))
    conversations = [driver.conversation() for _ in range(8)]
    for conversation in conversations:
        driver.ask(conversation=conversation)
    time.sleep(1.0)
    held = sum(len(cluster.held_by(node)) for node in cluster.workers)
    cluster.restart(cluster.workers)
    begun = time.monotonic()
    driver.wait_final(seconds=60)
    stage.within(time.monotonic() - begun, 30, "the end of all turns")
    stage.judge(cluster, driver, extra_allowed=held)


@scenario("ES")
def a_death_right_after_the_last_byte_costs_one_call_and_gives_one_answer(stage):
    cluster = stage.cluster(fleet=("--first-token-ms", "30"), workers__lease=6)
    driver = stage.driver(cluster, models=("demo-one",))
    for _ in range(stage.pick(5 if stage.embedded else 2, 40)):
        before = {call["number"] for call in cluster.calls() if call["outcome"] == "completed"}
        driver.ask()
        wait_until(lambda: any(call["outcome"] == "completed" and call["number"] not in before for call in cluster.calls()), 10, "the last byte", every=0.001)
        cluster.restart(cluster.workers)
        begun = time.monotonic()
        driver.wait_final(seconds=60)
        stage.within(time.monotonic() - begun, 10 if stage.embedded else 30, "the answer after the death")
    stage.judge(cluster, driver, extra_allowed=len(driver.accepted))


@scenario("ES")
def a_prompt_that_kills_its_worker_is_given_up_and_its_neighbours_finish(stage):
    cluster = stage.cluster(workers__lease=5)
    driver = stage.driver(cluster, models=("demo-one+slow600+tps120", "demo-two+slow600+tps120"))
    neighbours = [driver.ask() for _ in range(3)]
    poison = driver.ask(words="POISON", services=["s1"])
    neighbours += [driver.ask() for _ in range(3)]
    begun, deaths, seen = time.monotonic(), 0, 0
    while deaths < 8 and time.monotonic() - begun < 60:
        calls = [call for call in cluster.calls() if call["last_message"].startswith(poison["tag"])]
        if len(calls) > seen:
            seen = len(calls)
            time.sleep(0.15)
            asked = cluster.db.one(f"SELECT lease_owner FROM responses WHERE batch_id = {cluster.db.id(poison['batch'])}") or ""
            for node in [node for node in cluster.workers if asked.startswith(f"worker-{node.pid}-")]:
                node.kill()
                node.start()
                deaths += 1
        elif driver.batch(poison)["status"] in ("FAILED", "COMPLETED"):
            break
        time.sleep(0.02)
    driver.wait_final(neighbours, seconds=60)
    stage.within(time.monotonic() - begun, 60, "the end of the neighbours")
    broken = driver.batch(poison)["responses"][0]
    stage.expect((broken.get("error") or {}).get("kind") == "crash_limit", f"the poison ended as {broken['status']} {broken.get('error')}")
    stage.expect(deaths <= 3 and seen <= 3, f"{deaths} deaths and {seen} calls for one poison")
    unlucky = [answer["error"] for turn in neighbours for answer in driver.batch(turn)["responses"] if answer["status"] != "completed"]
    stage.expect(not unlucky, f"{len(unlucky)} of 12 answers of the neighbours failed: {unlucky[:1]}")
    stage.judge(cluster, driver, extra_allowed=None, allow_failed=True)


@scenario("S")
def a_frozen_worker_is_replaced_and_nothing_comes_of_its_late_answers(stage):
    cluster = stage.cluster(workers__lease=5)
    driver = stage.driver(cluster, models=("demo-one+slow2500+tps200", "demo-two+slow3000+tps200"))
    driver.begin(per_second=3.0)
    wait_until(lambda: len(cluster.held_by(cluster.workers[0])) > 2, 20, "work in hand")
    frozen, frozen_at = cluster.workers[0], time.monotonic()
    frozen.freeze()
    held = cluster.held_by(frozen)
    stage.within(taken_up(cluster, held, frozen.pid, frozen_at), 30, "takeover from a frozen worker")
    time.sleep(4)
    frozen.thaw()
    time.sleep(3)
    driver.end()
    # It may hear that its lease is gone before it tries to write; the witnesses say that nothing came of it.
    stage.note(f"{frozen.metric('quorum_stale_writes_refused_total'):.0f} late writes refused of {len(held)}")
    stage.expect(frozen.alive(), "the frozen worker died of it")
    stage.judge(cluster, driver, extra_allowed=len(held))


@scenario("S")
def a_worker_cut_off_from_the_database_is_replaced_and_comes_back(stage):
    cluster = stage.cluster(workers__lease=5, workers=1, through=("postgres",))
    driver = stage.driver(cluster, models=("demo-one+slow2000+tps100", "demo-two+slow2500+tps100"))
    cut, turns = keep_busy(cluster, driver, 3)
    # A second worker that reaches the database directly.
    direct = dict(cluster.nodes[-1].environment, QUORUM__STORE__URL=cluster.database_url())
    cluster.add_node("worker2", ["work"], direct).start()
    turns.append(driver.ask())
    wait_until(lambda: cluster.held_by(cut), 10, "work in hand")
    held = cluster.held_by(cut)
    cluster.proxies["postgres"].mode, begun = "drop", time.monotonic()
    stage.within(taken_up(cluster, held, cut.pid, begun), 30, "takeover from a worker without database")
    time.sleep(3)
    cluster.proxies["postgres"].mode = "pass"
    cluster.proxies["postgres"].reset()
    driver.wait_final(turns, seconds=60)
    stage.expect(cut.alive(), "the worker exited when it was cut off")
    wait_until(lambda: cut.metric("quorum_stale_writes_refused_total") > 0, 20, "the refusal of a late write")
    stage.judge(cluster, driver, extra_allowed=len(held))

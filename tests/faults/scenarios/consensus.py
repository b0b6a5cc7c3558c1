"""A consensus keeps the promises of an answer: it survives its writers, is there once, and stops when told to."""
import time

from processes import wait_until
from scenarios.kills import taken_up
from stage import scenario

WRITER = "demo-judge+slow200+tps30"


def begun(stage, cluster, driver, turns):
    """Asks for one consensus for each turn, and again with the same key, as a page does that got no reply."""
    keys = {}
    for turn in turns:
        user, key = driver.users[turn["user"]], f"consensus-{turn['tag']}"
        replies = [user.request("POST", f"/batches/{turn['batch']}/consensus", {"service_id": driver.services["writer"]}, idempotency_key=key) for _ in range(2)]
        stage.expect(all(reply.status == 202 for reply in replies), f"refused: {replies[0].status} {replies[0].body}")
        ids = {reply.body["response"]["id"] for reply in replies}
        stage.expect(len(ids) == 1, f"the same key made {len(ids)} consensuses")
        keys[turn["batch"]] = ids.pop()
    return keys


def consensuses(cluster):
    return cluster.db.rows(
        "SELECT r.id, r.batch_id, r.state, r.crash_count, r.attempt, t.content, k.sentences, "
        "(SELECT count(*) FROM calls c WHERE c.response_id = r.id AND c.purpose = 'consensus') AS ledger "
        "FROM responses r JOIN consensuses k ON k.response_id = r.id LEFT JOIN response_texts t ON t.response_id = r.id"
    )


def writing(cluster, count=1):
    running = "SELECT count(*) AS n FROM responses WHERE role = 'consensus' AND state = 'streaming'"
    wait_until(lambda: cluster.db.one(running) >= count, 20, "a consensus being written", every=0.02)


def ranked_turns(stage, driver, count):
    turns = [driver.ask(services=["s1", "s2"]) for _ in range(count)]
    driver.wait_final(turns)
    return turns


def judged(stage, cluster, turns):
    """One complete consensus each, and one call more for each death of its writer."""
    rows = consensuses(cluster)
    stage.expect(len(rows) == len(turns), f"{len(rows)} consensuses for {len(turns)} turns")
    asked = sum(call["model"] == WRITER for call in cluster.calls())
    allowed = sum(1 + row["crash_count"] for row in rows)
    stage.expect(asked <= allowed, f"the writer was asked {asked} times, {allowed} allowed")
    for row in rows:
        stage.expect(row["state"] == "answered" and row["content"], f"a consensus ended as {row['state']}")
        stage.expect(row["ledger"] <= 1 + row["crash_count"], f"{row['ledger']} calls in the ledger, {row['crash_count']} deaths")
        stage.expect(row["sentences"] not in ("[]", []), "a consensus without sources")


@scenario("ES")
def killing_the_writer_in_mid_consensus_leaves_one_consensus_and_costs_one_call(stage):
    cluster = stage.cluster(workers__lease=6)
    driver = stage.driver(cluster, models=("demo-one", "demo-two"))
    driver.add_service("writer", WRITER, contestant=False)
    turns = ranked_turns(stage, driver, stage.pick(2, 12))
    watchers = stage.watch(driver, [turn["conversation"] for turn in turns])
    begun(stage, cluster, driver, turns)
    writing(cluster)
    node = next(node for node in cluster.workers if cluster.held_by(node))
    node.kill()
    held, dead, at = cluster.held_by(node), node.pid, time.monotonic()
    node.start()
    stage.within(taken_up(cluster, held, dead, at), 10 if stage.embedded else 30, "going on with a consensus")
    open_ones = "SELECT count(*) AS n FROM responses WHERE state NOT IN ('answered', 'failed', 'refused', 'cancelled')"
    wait_until(lambda: cluster.db.one(open_ones) == 0, 60, "the end of every consensus", every=0.1)
    judged(stage, cluster, turns)
    stage.judge(cluster, driver, watchers, extra_allowed=0)


@scenario("ES")
def stopping_a_consensus_closes_the_line_to_its_writer_and_a_removed_one_stays_away(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=("demo-one", "demo-two"))
    driver.add_service("writer", WRITER, contestant=False)
    [turn] = ranked_turns(stage, driver, 1)
    user = driver.users[turn["user"]]
    response = begun(stage, cluster, driver, [turn])[turn["batch"]]
    writing(cluster)
    at = time.monotonic()
    reply = user.request("POST", f"/responses/{response}/delete", {}, idempotency_key="stop")
    stage.expect(reply.ok, f"not removed: {reply.status} {reply.body}")
    wait_until(lambda: any(call["model"] == WRITER and call["outcome"] == "client_disconnected" for call in cluster.calls()), 5, "the end of the line", every=0.02)
    stage.within(time.monotonic() - at, 1, "closing the line")
    cluster.restart(cluster.workers)
    time.sleep(2)
    [row] = consensuses(cluster)
    stage.expect(row["state"] == "cancelled", f"it went on: {row['state']}")
    shown = user.get(f"/batches/{turn['batch']}")["consensuses"]
    stage.expect(all(one["response"]["deleted"] for one in shown), "a removed consensus came back")
    stage.judge(cluster, driver, extra_allowed=0)

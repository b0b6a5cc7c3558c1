"""A wall clock that is wrong or jumps, and a disk that is full."""
import time

from processes import wait_until
from stage import scenario
from wrong_clock import faked_clock, set_clock


def orders_and_spend(stage, cluster, driver, conversation):
    page = driver.admin.get(f"/conversations/{conversation}/messages?limit=100")
    shown = [message["content"].split(" ")[0] for message in page["items"]]
    asked = [turn["tag"] for turn in driver.accepted if turn["conversation"] == conversation]
    stage.expect(shown == asked, "the order of messages changed with the clock")
    taken = cluster.metric("quorum_takeovers_total")
    stage.expect(taken == 0, f"{taken:.0f} takeovers although nobody died")


@scenario("ES")
def a_clock_that_jumps_an_hour_takes_over_nothing_and_doubles_nothing(stage):
    setting, environment = faked_clock(stage.root)
    cluster = stage.cluster(environment=environment)
    driver = stage.driver(cluster, models=("demo-one+tps30", "demo-two+slow1500+tps60"))
    conversation = driver.conversation()
    for hours in (1, 0, -1, 0):
        driver.ask(conversation=conversation)
        wait_until(lambda: any(call["outcome"] == "open" for call in cluster.calls()), 10, "a call under way")
        time.sleep(0.5)
        set_clock(setting, hours)
        time.sleep(3)
        driver.ask(conversation=conversation)
        driver.wait_final(seconds=60)
    orders_and_spend(stage, cluster, driver, conversation)
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("S")
def a_worker_whose_clock_is_two_hours_off_takes_nothing_from_others(stage):
    setting, environment = faked_clock(stage.root)
    cluster = stage.cluster(workers=1, apis=1)
    set_clock(setting, 2)
    wrong = {**cluster.nodes[-1].environment, **environment}
    ahead = cluster.add_node("worker2", ["work"], wrong).start()
    api = cluster.add_node("api2", ["serve"], {**cluster.nodes[0].environment, **environment}).start()
    driver = stage.driver(cluster, models=("demo-one+tps30", "demo-two+tps60"))
    conversation = driver.conversation()
    for turn in range(6):
        driver.ask(conversation=conversation, node=turn)
        time.sleep(1.0)
    driver.wait_final(seconds=60)
    stage.expect(ahead.alive() and api.alive(), "a process with a wrong clock died")
    orders_and_spend(stage, cluster, driver, conversation)
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def a_full_disk_refuses_politely_loses_nothing_and_heals_without_a_restart(stage):
    cluster = stage.cluster(disk="32m" if stage.embedded else "240m", apis=1, workers=1)
    driver = stage.driver(cluster, models=("demo-one+tps200",))
    for _ in range(5):
        driver.ask()
    driver.wait_final()
    accepted = list(driver.accepted)
    running = driver.ask(words="while the disk fills")
    fill = cluster.disk / "fill"
    statuses = fill_up(driver, fill, accepted)
    stage.expect(set(statuses) & {507, 503}, f"the disk was never full: {set(statuses)}")
    stage.expect(set(statuses) <= {202, 507, 503}, f"replies on a full disk: {sorted(set(statuses))}")
    for turn in accepted[:3]:
        stage.expect(driver.admin.request("GET", f"/batches/{turn['batch']}").status in ((200,) if stage.embedded else (200, 503)), "reading fails on a full disk")
    stage.expect(all(node.alive() for node in cluster.nodes), "a process died of the full disk")
    fill.unlink()
    begun = time.monotonic()
    healed = driver.ask(patience=30)
    stage.expect(healed, f"nothing is taken after the disk has room again: {driver.refused[-1:]}")
    stage.within(time.monotonic() - begun, 10, "healing")
    driver.wait_final([running, healed], seconds=90)
    if stage.embedded:
        stage.expect(cluster.db.one("PRAGMA integrity_check") == "ok", "the database is damaged")
    removed = driver.admin.request("DELETE", f"/conversations/{driver.conversation()}")
    stage.expect(removed.status == 204, f"deleting: {removed.status}")
    stage.judge(cluster, driver, extra_allowed=None, allow_failed=True, retries=True)


def fill_up(driver, path, accepted):
    """Fills the disk to the last byte while turns come in; gives the statuses of the replies."""
    statuses, conversation = [], driver.conversation()
    with open(path, "wb", buffering=0) as file:
        for block in (1 << 20, 1 << 12, 1 << 9):
            try:
                while True:
                    file.write(b"\0" * block)
            except OSError:
                pass
    for number in range(25):
        tag, key = f"tag-full{number:08d}", f"full-{number}"
        reply = driver.attempt(driver.admin, conversation, f"{tag} {'long ' * 1000}", key)
        statuses.append(reply.status)
        if reply.ok:
            accepted.append(driver.note(driver.admin, conversation, tag, key, reply))
        time.sleep(0.05)
    return statuses

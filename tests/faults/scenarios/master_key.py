"""The master key is changed while Quorum runs, and whoever changes it is killed again and again."""
import base64
import os
import random
import subprocess
import time

from processes import wait_until
from scenarios.operations import run
from stage import scenario

ROTATE = ("admin", "rotate-master-key")


def many_keys(driver, count):
    """Keys of the instance for as many origins, so that a rotation takes several steps."""
    for number in range(count):
        draft = {"name": f"kept {number}", "service_type": "openai", "base_url": f"https://models{number}.example.com/v1", "model": "m", "active": False}
        service = driver.admin.request("POST", "/admin/services", draft).body["id"]
        driver.admin.request("POST", "/api-keys", {"service_id": service, "key": f"secret-canary-{number:04}", "scope": "instance"})


def sealed_under(cluster):
    """The names of the master keys that stored keys are sealed under."""
    return {row["sealed"].split(":")[1] for row in cluster.db.rows("SELECT sealed FROM api_keys WHERE revoked_at IS NULL")}


def kill_half_way(cluster, times):
    """Begins as often, and kills -9 after a moment; gives how often that was in the middle."""
    node, killed = cluster.nodes[0], 0
    for _ in range(times):
        process = subprocess.Popen(
            [str(cluster.binary), *ROTATE, "--data-dir", str(cluster.folder / f"data-{node.name}")],
            env={**os.environ, **node.environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        time.sleep(random.uniform(0.0, 0.08))
        process.kill()
        killed += process.wait() == -9
    return killed


@scenario("ES")
def the_master_key_is_changed_under_load_and_a_change_that_is_killed_goes_on(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, users=1, models=("demo-one+tps200",))
    driver.add_service("keyed", "demo-two+tps200", "openai", "/openai/v1", key="secret-canary-4711")
    many_keys(driver, stage.pick(60, 240))
    before = sealed_under(cluster)
    old = cluster.nodes[0].environment.get("QUORUM_MASTER_KEY")
    if old:
        new = base64.b64encode(os.urandom(32)).decode()
        use_master_keys(cluster, f"{new},{old}")
    driver.begin(per_second=4.0)
    time.sleep(1.5)
    killed = kill_half_way(cluster, stage.pick(4, 12))
    code, said = run(cluster, *ROTATE)
    stage.expect(code == 0, f"the last change: exit {code}: {said[-300:]}")
    time.sleep(1.5)
    driver.end()
    driver.wait_final(seconds=60)
    after = sealed_under(cluster)
    stage.expect(len(after) == 1 and not after & before, f"keys are sealed under {len(after)} master keys")
    if old:
        use_master_keys(cluster, new)
    else:
        lines = (cluster.folder / "data-quorum" / "master.key").read_text().split()
        stage.expect(len(lines) == 1, f"{len(lines)} master keys are left")
        cluster.restart()
    asked = driver.attempt(driver.admin, driver.conversation(), "tag-after with the key", services=["keyed"])
    stage.expect(asked.ok, f"asking after the change: {asked.status}")
    wait_until(lambda: any(call["last_message"].startswith("tag-after") and call["key_last4"] == "4711" for call in cluster.calls()), 20, "a call with the key")
    code, said = run(cluster, "admin", "verify-audit")
    stage.expect(code == 0, f"the audit log: {said[-200:]}")
    stage.note(f"killed {killed} times")
    stage.judge(cluster, driver, spend=False)


def use_master_keys(cluster, text):
    """Every process is started again with these."""
    for node in cluster.nodes:
        node.environment["QUORUM_MASTER_KEY"] = text
    cluster.restart()

"""Backup and restore, the doctor, health and figures."""
import base64
import os
import shutil
import subprocess
import time

from processes import fetch, wait_until
from stage import scenario
from traces import Collector
from wrong_clock import faked_clock


def run(cluster, *words, **environment):
    """A command of the binary with the settings of the first node."""
    node = cluster.nodes[0]
    done = subprocess.run(
        [str(cluster.binary), *words, "--data-dir", str(cluster.folder / f"data-{node.name}")],
        env={**os.environ, **node.environment, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )
    return done.returncode, done.stdout + done.stderr


@scenario("E")
def a_backup_made_under_load_brings_back_everything_accepted_before_it(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, users=1, models=("demo-one+tps60", "demo-two"))
    service = driver.add_service("keyed", "demo-three", "openai", "/openai/v1", key="secret-canary-4711")
    driver.begin(per_second=4.0)
    time.sleep(3)
    before = list(driver.accepted)
    copy = cluster.folder / "backup.db"
    code, said = run(cluster, "backup", "--to", str(copy))
    stage.expect(code == 0 and copy.exists(), f"backup: exit {code}: {said[-300:]}")
    driver.end()
    driver.wait_final()
    if not copy.exists():
        return
    stage.expect(b"secret-canary-4711" not in copy.read_bytes(), "the backup holds a key in clear")
    cluster.nodes[0].kill()
    master = (cluster.folder / "data-quorum" / "master.key").read_text()
    shutil.rmtree(cluster.folder / "data-quorum")
    code, said = run(cluster, "restore", "--from", str(copy))
    stage.expect(code == 0, f"restore: exit {code}: {said[-300:]}")
    wrong = base64.b64encode(os.urandom(32)).decode()
    refused = cluster.nodes[0].start(wait=False, QUORUM_MASTER_KEY=wrong)
    stage.expect(refused.popen.wait(20) != 0, "it starts with a wrong master key")
    begun = time.monotonic()
    cluster.nodes[0].start(QUORUM_MASTER_KEY=master.strip())
    driver.accepted = before
    driver.wait_final(before, seconds=60)
    stage.within(time.monotonic() - begun, 60, "everything being final after the restore")
    asked = driver.attempt(driver.admin, driver.conversation(), "tag-keyed with the key", services=["keyed"])
    stage.expect(asked.ok and service, f"asking after the restore: {asked.status}")
    wait_until(lambda: any(call["last_message"].startswith("tag-keyed") and call["key_last4"] == "4711" for call in cluster.calls()), 10, "a call with the restored key")
    stage.judge(cluster, driver, spend=False)


@scenario("S")
def a_backup_of_postgres_brings_back_everything_accepted_before_it(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=("demo-one+tps60", "demo-two"))
    driver.begin(per_second=4.0)
    time.sleep(3)
    before = list(driver.accepted)
    dump = cluster.folder / "dump"
    code, said = run(cluster, "backup", "--to", str(dump))
    stage.expect(code == 0 and dump.exists(), f"backup: exit {code}: {said[-300:]}")
    driver.end()
    driver.wait_final()
    for node in cluster.nodes:
        node.kill()
    cluster.redis.say("flushall")
    code, said = run(cluster, "restore", "--from", str(dump))
    stage.expect(code == 0, f"restore: exit {code}: {said[-300:]}")
    begun = time.monotonic()
    for node in cluster.nodes:
        node.start()
    driver.accepted = before
    driver.wait_final(before, seconds=90)
    stage.within(time.monotonic() - begun, 60, "everything being final after the restore")
    stage.judge(cluster, driver, spend=False)


@scenario("ES")
def the_doctor_says_what_is_wrong_in_plain_words(stage):
    cluster = stage.cluster(own_postgres=True)
    code, said = run(cluster, "doctor")
    stage.expect(code == 0, f"a healthy house: exit {code}: {said[-300:]}")
    if stage.embedded:
        code, said = run(cluster, "doctor", QUORUM_MASTER_KEY=base64.b64encode(os.urandom(32)).decode())
    else:
        cluster.redis.say("config", "set", "maxmemory", "10mb")
        cluster.redis.say("config", "set", "maxmemory-policy", "allkeys-lru")
        code, said = run(cluster, "doctor")
        stage.expect("evict" in said.lower() or "maxmemory" in said.lower(), f"says nothing of a Redis that evicts: {said[-300:]}")
        cluster.redis.say("config", "set", "maxmemory-policy", "noeviction")
        fast = {**faked_clock(stage.root, 2)[1]}
        code, said = run(cluster, "doctor", **fast)
        stage.expect("clock" in said.lower(), f"says nothing of a clock that is two hours off: {said[-300:]}")
        code, said = run(cluster, "doctor", QUORUM_MASTER_KEY=base64.b64encode(os.urandom(32)).decode())
    stage.expect(code != 0 and "master key" in said.lower(), f"a wrong master key: exit {code}: {said[-300:]}")
    if not stage.embedded:
        cluster.postgres.stop()
        code, said = run(cluster, "doctor")
        stage.expect(code != 0 and "database" in said.lower(), f"no database: exit {code}: {said[-300:]}")
        stage.expect("panicked" not in said, "the doctor panics")


@scenario("ES")
def a_schema_that_is_newer_than_the_binary_is_refused_and_named(stage):
    cluster = stage.cluster()
    for node in cluster.nodes:
        node.kill()
    table = "_sqlx_migrations"
    cluster.db.execute(
        f"INSERT INTO {table} (version, description, installed_on, success, checksum, execution_time) "
        f"SELECT 9999, 'from the future', installed_on, success, checksum, execution_time FROM {table} LIMIT 1"
    )
    code, said = run(cluster, "doctor")
    stage.expect(code != 0 and "newer" in said.lower(), f"the doctor: exit {code}: {said[-300:]}")
    started = cluster.nodes[0].start(wait=False)
    try:
        stage.expect(started.popen.wait(20) != 0, "it starts on a newer schema")
    except subprocess.TimeoutExpired:
        stage.expect(False, "it runs on a newer schema")
    stage.expect("newer version" in started.said(), "the log does not say why")


FIGURES = (
    "quorum_responses", "quorum_jobs", "quorum_oldest_due_seconds", "quorum_oldest_expired_lease_seconds", "quorum_open_breakers",
    "quorum_sockets", "quorum_socket_buffered_bytes", "quorum_takeovers_total", "quorum_stale_writes_refused_total",
    "quorum_provider_calls_ended_total",
)


@scenario("ES")
def health_and_figures_tell_what_happens(stage):
    cluster = stage.cluster(own_postgres=True, workers__answer_places=1)
    driver = stage.driver(cluster)
    conversation = driver.conversation()
    watcher = stage.watch(driver, [conversation])[0]
    driver.ask(conversation=conversation)
    driver.wait_final()
    wait_until(lambda: watcher.readies, 5, "the page being live")
    time.sleep(2.5)
    for node in cluster.nodes:
        stage.expect(fetch(f"{node.origin}/health/live")[0] == 200, f"{node.name} is not live")
        stage.expect(fetch(f"{node.origin}/health/ready")[0] == 200, f"{node.name} is not ready")
    texts = "\n".join(fetch(f"{node.origin}/metrics")[1] for node in cluster.nodes)
    for name in FIGURES:
        stage.expect(f"\n{name}" in f"\n{texts}", f"no figure {name}")
    ended = cluster.metric("quorum_provider_calls_ended_total", purpose="answer", outcome="completed")
    stage.expect(ended == 3, f"{ended:.0f} completed calls in the figures, not 3")
    stage.expect(cluster.metric("quorum_sockets") >= 1, "an open page is not counted")
    slow = driver.add_service("slow", "demo-slow+slow2500")
    waiting = [driver.ask(services=["slow"]) for _ in range(6)]
    queued = lambda: max(node.metric("quorum_responses", state="queued") for node in cluster.nodes)  # noqa: E731
    stage.expect(slow and wait_until(lambda: queued() > 0, 15, "waiting work in the figures") >= 0, "waiting work is not counted")
    for turn in waiting:
        driver.admin.request("POST", f"/batches/{turn['batch']}/cancel", {})
    if not stage.embedded:
        cluster.postgres.stop()
        for node in cluster.nodes:
            wait_until(lambda node=node: fetch(f"{node.origin}/health/ready", 5)[0] == 503, 20, f"{node.name} being not ready")
            stage.expect(fetch(f"{node.origin}/health/live", 5)[0] == 200, f"{node.name} is not live without a database")
        cluster.postgres.start()
        for node in cluster.nodes:
            stage.within(wait_until(lambda node=node: fetch(f"{node.origin}/health/ready", 5)[0] == 200, 20, f"{node.name} being ready"), 10, f"readiness of {node.name}")


@scenario("ES")
def a_trace_leads_from_the_request_over_the_work_to_the_call_and_tells_no_secret(stage):
    collector = stage.keep(Collector())
    cluster = stage.cluster(log__traces=collector.url)
    driver = stage.driver(cluster, models=())
    driver.add_service("keyed", "demo-one", "openai", "/openai/v1", key="secret-canary-4711")
    driver.ask(words="a canary in the question")
    driver.wait_final()
    wait_until(lambda: collector.named("provider call") and collector.named("accept message"), 20, "spans of request and call", every=0.1)
    call, accepted = collector.named("provider call")[0], collector.named("accept message")[0]
    stage.expect(call["trace"] == accepted["trace"], "the call to the provider is in another trace than the request that asked for it")
    known = {span["id"]: span for span in collector.spans}
    way = [call["name"]]
    while call["parent"] in known and len(way) < 10:
        call = known[call["parent"]]
        way.append(call["name"])
    stage.expect(way == ["provider call", "answer"], f"the way back from the call is {way}")
    stage.expect(call["parent"] == accepted["parent"], "the work and the request that asked for it have no common root")
    for secret in (b"secret-canary", b"a canary in the question"):
        stage.expect(secret not in collector.raw, f"{secret.decode()} is in the traces")
    collector.close()
    again = driver.ask()
    driver.wait_final([again], seconds=30)
    stage.judge(cluster, driver, extra_allowed=0)

"""Broken, unknown, oversized and repeated jobs, put straight into the tables of the queue."""
import time
import uuid

from processes import wait_until
from stage import scenario

QUEUE = "quorum-doorbell"


def put_job(db, kind, subject=None, due="1 second"):
    """A row of work by hand; gives its id."""
    row = str(uuid.uuid4())
    now = "strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now')" if db.path else "now()"
    db.execute(
        f"INSERT INTO background_jobs (id, kind, subject_id, state, run_at, created_at) "
        f"VALUES ({db.id(row)}, '{kind}', {db.id(subject or str(uuid.uuid4()))}, 'queued', {now}, {now})"
    )
    return row


def put_bell(db, payload, job_type=QUEUE):
    """A job in apalis's own table."""
    table, literal = ("Jobs", f"X'{payload.hex()}'") if db.path else ("apalis.jobs", f"'\\x{payload.hex()}'::bytea")
    name = "01" + uuid.uuid4().hex.upper()[:24].replace("I", "J").replace("L", "M").replace("O", "P").replace("U", "V")
    db.execute(f"INSERT INTO {table} (job, id, job_type, status, max_attempts) VALUES ({literal}, '{name}', '{job_type}', 'Pending', 3)")


@scenario("ES")
def rubbish_in_the_queue_is_set_aside_with_a_reason_and_stops_nobody(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster)
    first = driver.ask()
    driver.wait_final([first])
    calls = len(cluster.calls())
    pids = [node.pid for node in cluster.nodes]
    for payload in (b"\xff\xfe not json", b"{\"a\": 1}", b"", b"[" * 200_000, b"x" * 3_000_000, b"null"):
        put_bell(cluster.db, payload)
    put_bell(cluster.db, b"null", "nobody-knows-this-queue")
    rows = [put_job(cluster.db, kind) for kind in ("cast_ballot", "rank_batch", "title", "test_key", "no_such_kind", "k" * 100_000)]
    ids = ", ".join(map(cluster.db.id, rows))
    open_rows = f"SELECT count(*) AS n FROM background_jobs WHERE id IN ({ids}) AND last_error IS NULL AND state NOT IN ('dead', 'done')"
    try:
        wait_until(lambda: cluster.db.one(open_rows) == 0, 20, "every job being set aside", every=0.2)
    except TimeoutError:
        left = cluster.db.rows(f"SELECT substr(kind, 1, 20) AS kind, state, attempt, last_error FROM background_jobs WHERE id IN ({ids})")
        stage.expect(False, f"not set aside with a reason: {left}")
    kept = cluster.db.rows(f"SELECT substr(kind, 1, 20) AS kind, state, last_error FROM background_jobs WHERE id IN ({ids}) AND last_error IS NULL AND state <> 'done'")
    # Work about something that is not there any more has nothing to do.
    stage.expect(not kept, f"without a reason: {kept}")
    second = driver.ask()
    begun = time.monotonic()
    driver.wait_final([second], seconds=30)
    stage.within(time.monotonic() - begun, 10, "a turn after the rubbish")
    stage.expect(len(cluster.calls()) == calls + 3, f"{len(cluster.calls()) - calls} calls for one turn of three services")
    stage.expect([node.pid for node in cluster.nodes if node.alive()] == pids, "a process died of it")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def a_job_that_is_done_again_changes_nothing(stage):
    cluster = stage.cluster(fleet=stage.playbook("tag-judged"))
    driver = stage.driver(cluster, models=("demo-one", "demo-two"), policy="cascade")
    driver.add_service("judge", "demo-judge", judge=True, contestant=False)
    del driver.services["judge"]
    turn = driver.ask(tag="tag-judged")
    driver.wait_final([turn])
    stage.expect(any(call["model"] == "demo-judge" for call in cluster.calls()), "no judge was asked")
    calls, before = len(cluster.calls()), driver.batch(turn)
    for _ in range(3):
        put_bell(cluster.db, b"null")
        cluster.db.execute("UPDATE background_jobs SET state = 'queued', run_at = created_at, lease_owner = NULL, lease_expires_at = NULL")
        put_bell(cluster.db, b"null")
        time.sleep(2.5)
    stage.expect(len(cluster.calls()) == calls, f"{len(cluster.calls()) - calls} calls for jobs that were done already")
    after = driver.batch(turn)
    same = [(answer["rank"], answer["ranking_score"]) for answer in before["responses"]] == [(answer["rank"], answer["ranking_score"]) for answer in after["responses"]]
    stage.expect(same and before["status"] == after["status"], "doing it again changed the ranking")
    stage.judge(cluster, driver, extra_allowed=0)

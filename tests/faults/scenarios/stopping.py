"""Stop means stop: the provider's socket is closed within a second, and nothing deleted comes back."""
import time

from processes import wait_until
from stage import scenario

LONG = ("demo-one+tps6", "demo-two+tps6")


def open_calls(cluster, turn):
    return [call for call in cluster.calls() if call["last_message"].startswith(turn["tag"]) and call["outcome"] == "open"]


def streaming(cluster, driver, turn, count=2):
    """Waits until text of so many answers has come in."""
    wait_until(lambda: sum(answer["stage"] == "streaming" for answer in driver.batch(turn)["responses"]) >= count, 15, "text coming in", every=0.1)


def hung_up(stage, cluster, turn, what, limit=1.0):
    """The provider sees the line closed in time."""
    try:
        seconds = wait_until(lambda: not open_calls(cluster, turn), 10, "hanging up", every=0.02)
    except TimeoutError:
        seconds = 10.0
    stage.within(seconds, limit, f"hanging up after {what}")


def post(stage, user, path, node=0, status=(200, 202, 204), method="POST", body=None):
    reply = user.request(method, path, body if method != "POST" else body or {}, node=node)
    stage.expect(reply.status in status, f"{method} {path.split('/')[-1]}: {reply.status} {str(reply.body)[:200]}")
    return reply


@scenario("ES")
def a_cancelled_answer_hangs_up_within_a_second_and_keeps_text_and_cost(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=LONG)
    for stop_all in (False, True):
        turn = driver.ask()
        streaming(cluster, driver, turn)
        time.sleep(1.2)
        first = driver.batch(turn)["responses"][0]
        paths = [f"/batches/{turn['batch']}/cancel"] if stop_all else [f"/responses/{answer['id']}/cancel" for answer in driver.batch(turn)["responses"]]
        for path in paths:
            # Twice, and from another tab, which another node may serve.
            post(stage, driver.admin, path, node=0)
            post(stage, driver.admin, path, node=1, status=(200, 202, 204, 409))
        hung_up(stage, cluster, turn, "a cancel")
        driver.wait_final([turn])
        after = driver.admin.get(f"/responses/{first['id']}")
        stage.expect(after["status"] == "cancelled", f"the answer ended as {after['status']}")
        stage.expect(after.get("expanded_content"), "the partial text is gone")
        wait_until(lambda: not cluster.db.rows(f"SELECT id FROM calls WHERE response_id = {cluster.db.id(first['id'])} AND finished_at IS NULL"), 5, "the end of the call in the ledger")
        call = cluster.db.rows(f"SELECT outcome, output_tokens, cost_micro_usd FROM calls WHERE response_id = {cluster.db.id(first['id'])}")[0]
        stage.expect(call["outcome"] == "cancelled" and call["cost_micro_usd"] > 0, f"the ledger says {call}")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def what_is_cancelled_in_the_queue_is_never_asked(stage):
    cluster = stage.cluster(workers__answer_places=1, workers=1)
    driver = stage.driver(cluster, models=("demo-one+tps30",))
    driver.ask()
    waiting = [driver.ask() for _ in range(4)]
    for turn in waiting:
        post(stage, driver.admin, f"/batches/{turn['batch']}/cancel")
    driver.wait_final()
    time.sleep(1.5)
    asked = [call for call in cluster.calls() if any(call["last_message"].startswith(turn["tag"]) for turn in waiting[1:])]
    stage.expect(not asked, f"{len(asked)} calls for turns that were cancelled while they waited")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def a_cancel_between_answer_and_judging_starts_no_later_stage(stage):
    cluster = stage.cluster(fleet=stage.playbook("tag-judged"))
    driver = stage.driver(cluster, models=("demo-one+tps300", "demo-two+slow3000"), policy="cascade")
    judge = driver.add_service("judge", "demo-judge+slow4000", judge=True, contestant=False)
    del driver.services["judge"]
    turn = driver.ask()
    wait_until(lambda: driver.batch(turn)["answered_responses"] == 1, 10, "the first answer")
    post(stage, driver.admin, f"/batches/{turn['batch']}/cancel")
    driver.wait_final([turn])
    late = driver.ask(tag="tag-judged")
    wait_until(lambda: driver.batch(late)["answered_responses"] == 2, 20, "both answers")
    wait_until(lambda: any(call["model"].startswith("demo-judge") for call in cluster.calls()), 10, "the judge being asked")
    post(stage, driver.admin, f"/batches/{late['batch']}/cancel", status=(200, 202, 204, 409))
    judging = lambda: [call for call in cluster.calls() if call["model"].startswith("demo-judge") and call["outcome"] == "open"]  # noqa: E731
    begun, cast = time.monotonic(), sum(call["model"].startswith("demo-judge") for call in cluster.calls())
    while judging() and time.monotonic() - begun < 8:
        time.sleep(0.02)
    stage.within(time.monotonic() - begun, 1.0, "hanging up on the judge after a cancel")
    driver.wait_final([late])
    time.sleep(2)
    judged = [call for call in cluster.calls() if call["model"].startswith("demo-judge")]
    stage.expect(len(judged) == cast, f"{len(judged) - cast} ballots were begun after the cancel")
    stage.expect(driver.batch(turn)["status"] in ("COMPLETED", "CANCELLED"), f"the cancelled turn is {driver.batch(turn)['status']}")
    stage.expect(judge, "no judge")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def a_conversation_deleted_in_mid_turn_hangs_up_and_never_comes_back(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=LONG)
    kept = driver.ask(words="kept")
    turn = driver.ask(words="vanishing")
    streaming(cluster, driver, turn)
    before = cluster.db.one("SELECT count(*) FROM calls")
    post(stage, driver.admin, f"/conversations/{turn['conversation']}", method="DELETE", status=(204,))
    hung_up(stage, cluster, turn, "a deletion")
    until = time.monotonic() + stage.pick(6, 60)
    while time.monotonic() < until:
        gone = driver.admin.request("GET", f"/conversations/{turn['conversation']}")
        stage.expect(gone.status == 404, f"the deleted conversation answers {gone.status}")
        for answer in cluster.db.rows(f"SELECT state FROM responses WHERE batch_id = {cluster.db.id(turn['batch'])}"):
            stage.expect(answer["state"] == "cancelled", f"an answer of it is {answer['state']}")
        found = driver.admin.get(f"/search?q={turn['tag']}")["items"]
        stage.expect(not found, "the search finds it")
        time.sleep(0.5)
    stage.expect(cluster.db.one("SELECT count(*) FROM calls") >= before, "its usage is gone")
    driver.accepted.remove(turn)
    post(stage, driver.admin, f"/batches/{kept['batch']}/cancel")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def an_answer_deleted_in_mid_stream_hangs_up_and_stays_deleted(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=("demo-one+tps6", "demo-two+tps60"))
    turn = driver.ask()
    streaming(cluster, driver, turn, 1)
    wait_until(lambda: driver.batch(turn)["responses"][0]["stage"] == "streaming", 10, "text of the first")
    answer = driver.batch(turn)["responses"][0]["id"]
    post(stage, driver.admin, f"/responses/{answer}/delete")
    mine = [call["number"] for call in cluster.calls() if call["model"] == "demo-one+tps6"]
    seconds = wait_until(lambda: not [call for call in cluster.calls() if call["number"] in mine and call["outcome"] == "open"], 15, "hanging up", every=0.02)
    stage.within(seconds, 1.0, "hanging up after deleting an answer")
    driver.wait_final([turn])
    time.sleep(2)
    page = driver.admin.get(f"/conversations/{turn['conversation']}/messages")["items"][0]["batch"]["responses"]
    stage.expect(all(one["deleted"] for one in page if one["id"] == answer), "the deleted answer is back")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def a_revoked_key_hangs_up_and_is_never_used_again(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=())
    service = driver.add_service("keyed", "demo-one+tps6", "openai", "/openai/v1", key="old-key-1111")
    turn = driver.ask()
    streaming(cluster, driver, turn, 1)
    key = driver.admin.get("/api-keys")["items"][0]["id"]
    post(stage, driver.admin, f"/api-keys/{key}", method="DELETE", status=(204,))
    revoked_at = time.time()
    hung_up(stage, cluster, turn, "revoking its key")
    driver.wait_final([turn])
    answer = driver.batch(turn)["responses"][0]
    stage.expect((answer["error"] or {}).get("kind") == "key_revoked", f"it ended as {answer['status']} {answer['error']}")
    driver.ask()
    driver.wait_final()
    post(stage, driver.admin, "/api-keys", body={"service_id": service, "key": "new-key-2222"}, status=(201,))
    driver.ask()
    time.sleep(1.5)
    late = [call for call in cluster.calls() if call["key_last4"] == "1111" and call["at_ms"] / 1000 > revoked_at + 1]
    stage.expect(not late, f"the old key was used {len(late)} times more")
    stage.expect(any(call["key_last4"] == "2222" for call in cluster.calls()), "the new key is not used")
    for turn in driver.accepted:
        post(stage, driver.admin, f"/batches/{turn['batch']}/cancel", status=(200, 202, 204, 409))
    stage.judge(cluster, driver, extra_allowed=0, allow_failed=True)


@scenario("ES")
def a_replaced_key_is_not_used_after_a_second(stage):
    cluster = stage.cluster(deadlines__content_idle=30)
    driver = stage.driver(cluster, models=())
    service = driver.add_service("keyed", "demo-one+429x1+tps60", "openai", "/openai/v1", key="old-key-1111")
    turns = [driver.ask() for _ in range(6)]
    post(stage, driver.admin, "/api-keys", body={"service_id": service, "key": "new-key-2222"}, status=(201,))
    replaced_at = time.time()
    turns += [driver.ask(node=1) for _ in range(4)]
    driver.wait_final(turns)
    late = [call for call in cluster.calls() if call["key_last4"] == "1111" and call["at_ms"] / 1000 > replaced_at + 1]
    stage.expect(not late, f"the old key was used {len(late)} times more than a second later")
    stage.judge(cluster, driver, extra_allowed=None, allow_failed=True, retries=True)


@scenario("ES")
def a_disabled_user_is_out_at_once_and_his_turns_stop(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, users=2, models=LONG)
    user = driver.users[1]
    conversation = driver.conversation(user)
    watcher = stage.watch(driver, [conversation])[0]
    turn = driver.ask(user, conversation)
    streaming(cluster, driver, turn)
    reply = driver.admin.request("PATCH", f"/admin/users/{user.id}", {"active": False})
    stage.expect(reply.ok, f"an admin cannot disable a user: {reply.status}")
    if not reply.ok:
        cluster.db.execute(f"UPDATE users SET active = {'0' if stage.embedded else 'false'} WHERE id = {cluster.db.id(user.id)}")
    begun = time.monotonic()
    stage.expect(user.request("GET", "/auth/me").status == 401, "a disabled user may still read")
    wait_until(lambda: 4401 in watcher.codes, 10, "the end of the socket")
    stage.within(time.monotonic() - begun, 5.5, "closing the socket of a disabled user")
    if reply.ok:
        hung_up(stage, cluster, turn, "disabling its user")
    stage.row(accepted=len(driver.accepted))

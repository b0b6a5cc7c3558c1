"""The same request twice is one request: at once, after a broken reply, after a restart."""
import concurrent.futures
import uuid

from proxy import Proxy
from stage import scenario


def same_reply(stage, first, replies, what):
    stage.expect(all(reply.ok for reply in replies), f"{what}: statuses {[reply.status for reply in replies]}")
    stage.expect(all(reply.body == first.body for reply in replies if reply.ok), f"{what}: the replies differ")


def at_once(driver, conversation, content, key, times=5):
    def post(number):
        return driver.attempt(driver.admin, conversation, content, key, node=number)
    with concurrent.futures.ThreadPoolExecutor(times) as pool:
        return list(pool.map(post, range(times)))


@scenario("ES")
def the_same_post_five_times_at_once_is_one_message_and_one_call_per_service(stage):
    cluster = stage.cluster(fleet=("--first-token-ms", "100"))
    driver = stage.driver(cluster, users=2)
    for _ in range(stage.pick(5, 50)):
        conversation, tag = driver.conversation(), f"tag-{uuid.uuid4().hex[:12]}"
        key = str(uuid.uuid4())
        replies = at_once(driver, conversation, f"{tag} once", key)
        same_reply(stage, replies[0], replies, "five at once")
        driver.note(driver.admin, conversation, tag, key, replies[0])
    driver.wait_final()
    turn = driver.accepted[-1]
    other = driver.attempt(driver.admin, turn["conversation"], f"{turn['tag']} something else", turn["key"])
    stage.expect(other.status in (409, 422), f"another body with the same key: {other.status}")
    elsewhere = driver.attempt(driver.admin, driver.conversation(), f"{turn['tag']} once", turn["key"])
    stage.expect(elsewhere.status in (409, 422), f"another conversation with the same key: {elsewhere.status}")
    mine = driver.conversation(driver.users[1])
    own = driver.attempt(driver.users[1], mine, "tag-other once", turn["key"])
    stage.expect(own.ok and own.body["message"]["id"] != turn["message"], f"another user with the same key: {own.status}")
    if own.ok:
        driver.note(driver.users[1], mine, "tag-other", turn["key"], own)
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def a_reply_that_never_arrived_is_given_again_after_a_reset_and_after_a_restart(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster)
    proxy = stage.keep(Proxy(cluster.apis[0].port))
    conversation = driver.conversation()
    driver.admin.origins.append(f"http://127.0.0.1:{proxy.port}")
    behind = len(driver.admin.origins) - 1
    for after in (0, 20, 200):
        tag, key = f"tag-{uuid.uuid4().hex[:12]}", str(uuid.uuid4())
        proxy.cut_after = after
        broken = driver.attempt(driver.admin, conversation, f"{tag} cut", key, node=behind, timeout=10)
        stage.expect(not broken.ok or not broken.body, f"the reply came through a cut at {after} bytes")
        first = driver.attempt(driver.admin, conversation, f"{tag} cut", key)
        driver.note(driver.admin, conversation, tag, key, first)
        cluster.restart()
        proxy.cut_after = None
        same_reply(stage, first, at_once(driver, conversation, f"{tag} cut", key, 3), "after a restart")
    del driver.admin.origins[behind]
    kept = cluster.db.rows("SELECT created_at FROM idempotency_keys")
    stage.expect(len(kept) >= 3, "the kept replies are gone")
    # What is in flight at three deaths is given up.
    stage.judge(cluster, driver, extra_allowed=15, allow_failed=True)


@scenario("E")
def replies_are_kept_for_a_day_at_least(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=("demo-one",))
    turn = driver.ask()
    driver.wait_final()
    older = "strftime('%Y-%m-%dT%H:%M:%f000+00:00', created_at, '-25 hours')"
    cluster.db.execute(f"UPDATE idempotency_keys SET created_at = {older} WHERE key = '{turn['key']}'")
    cluster.nodes[0].kill()
    cluster.nodes[0].start()
    reply = driver.attempt(driver.admin, turn["conversation"], f"{turn['tag']} What is worth knowing?", turn["key"])
    stage.expect(reply.ok and reply.body["message"]["id"] == turn["message"], f"after 25 hours: {reply.status}")
    stage.judge(cluster, driver, extra_allowed=0)

"""Many turns at once: one user does not delay another, caps hold, and what is refused is refused politely."""
import collections
import concurrent.futures
import threading
import time
import uuid

from stage import scenario


def flood(driver, users, count, spread=0.0, services=None):
    """So many POSTs from these users at once; gives the replies as (user, tag, reply)."""
    pools = {user: [driver.conversation(user) for _ in range(4)] for user in users}
    begun = time.monotonic()

    def post(number):
        user = users[number % len(users)]
        time.sleep(max(0.0, begun + spread * number / count - time.monotonic()))
        tag, key = f"tag-{uuid.uuid4().hex[:12]}", str(uuid.uuid4())
        conversation = pools[user][number // len(users) % 4]
        reply = driver.attempt(user, conversation, f"{tag} many", key, services, node=number)
        if reply.status == 202:
            driver.note(user, conversation, tag, key, reply, services)
        return user, tag, reply
    with concurrent.futures.ThreadPoolExecutor(min(64, count)) as pool:
        return list(pool.map(post, range(count)))


@scenario("ES", alone=True)
def five_hundred_turns_of_one_user_do_not_delay_another(stage):
    # So slow that turns wait however slowly they come in.
    cluster = stage.cluster(fleet=("--first-token-ms", "1000"), workers__answer_places=stage.pick(8, 32))
    driver = stage.driver(cluster, users=2, models=("demo-one",))
    quick = [timed(driver, driver.users[1]) for _ in range(3)]
    flood(driver, [driver.admin], stage.pick(200, 500))
    left = cluster.db.one("SELECT count(*) FROM responses WHERE state = 'queued'")
    stage.expect(left > 32, f"only {left} turns were waiting: nothing is proved")
    beside = [timed(driver, driver.users[1]) for _ in range(2)]
    stage.within(max(beside) - sorted(quick)[1], 2.0, "the delay of another user's turn")
    driver.wait_final(seconds=180)
    stage.judge(cluster, driver, extra_allowed=0)


def timed(driver, user):
    begun = time.monotonic()
    turn = driver.ask(user)
    driver.wait_final([turn], seconds=120)
    return time.monotonic() - begun


class Peak(threading.Thread):
    """The most calls that a provider saw at once, by model."""

    def __init__(self, cluster):
        super().__init__(daemon=True)
        self.cluster, self.most, self.running = cluster, collections.Counter(), True
        self.start()

    def run(self):
        while self.running:
            now = collections.Counter(call["model"] for call in self.cluster.calls() if call["outcome"] == "open")
            for model, count in now.items():
                self.most[model] = max(self.most[model], count)
            time.sleep(0.05)

    def stop(self):
        self.running = False
        self.join(5)
        return self.most


@scenario("ES", alone=True)
def caps_of_calls_at_once_are_never_exceeded(stage):
    cluster = stage.cluster(fleet=("--first-token-ms", "300"), providers__calls_per_service=5, providers__calls_per_user=8)
    driver = stage.driver(cluster, users=4, models=("demo-one", "demo-two"))
    peak = Peak(cluster)
    flood(driver, driver.users, stage.pick(40, 200))
    driver.wait_final(seconds=120)
    most = peak.stop()
    stage.expect(max(most.values()) <= 5, f"calls at once, by model, with a cap of 5 per service: {dict(most)}")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("S", alone=True)
def caps_hold_while_redis_is_away_and_after_it_came_back_empty(stage):
    cluster = stage.cluster(fleet=("--first-token-ms", "300"), providers__calls_per_service=5)
    driver = stage.driver(cluster, users=2, models=("demo-one",))
    peak = Peak(cluster)
    flood(driver, driver.users, stage.pick(30, 100))
    cluster.redis.kill()
    flood(driver, driver.users, stage.pick(30, 100))
    time.sleep(1)
    cluster.redis.start()
    flood(driver, driver.users, stage.pick(30, 100))
    driver.wait_final(seconds=180)
    most = max(peak.stop().values())
    # Without Redis each worker keeps its own share.
    stage.expect(most <= 10, f"{most} calls at once with a cap of 5 and two workers while Redis was away")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES", alone=True)
def a_thousand_posts_in_five_seconds_are_each_accepted_or_refused_politely(stage):
    limits = {"rates__address": "{per_minute=6000,burst=3000}", "rates__asking": "{per_minute=6,burst=15}"}
    cluster = stage.cluster(fleet=("--first-token-ms", "50"), **limits)
    users = stage.pick(10, 50)
    driver = stage.driver(cluster, users=users, models=("demo-one",))
    peak, begun = Peak(cluster), time.monotonic()
    replies = flood(driver, driver.users, stage.pick(300, 1_000), spread=stage.pick(1.5, 5.0))
    took = time.monotonic() - begun
    statuses = collections.Counter(reply.status for _, _, reply in replies)
    odd = [reply.status for _, _, reply in replies if reply.status != 202 and not (reply.status == 429 and reply.headers.get("Retry-After"))]
    stage.expect(not odd, f"neither accepted nor politely refused: {collections.Counter(odd)}")
    stage.expect(statuses[429] > 0, "nobody was refused: nothing is proved")
    driver.wait_final(seconds=180)
    times = sorted(reply.seconds for _, _, reply in replies)
    stage.note(f"{dict(statuses)} in {took:.1f} s, p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms, at most {max(peak.stop().values())} calls at once")
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("S", alone=True)
def nodes_share_a_limit_and_go_on_by_themselves_without_redis(stage):
    asking = {"rates__asking": "{per_minute=6,burst=10}"}
    cluster = stage.cluster(fleet=("--first-token-ms", "50"), **asking)
    driver = stage.driver(cluster, users=3, models=("demo-one",))
    accepted = count_accepted(stage, driver, driver.users[1], 40)
    stage.expect(10 <= accepted <= 12, f"two nodes together let {accepted} through where 10 at once are allowed")
    cluster.redis.kill()
    alone = count_accepted(stage, driver, driver.users[2], 60)
    stage.expect(20 <= alone <= 24, f"without Redis two nodes let {alone} through where each allows 10")
    cluster.redis.start()
    driver.wait_final(seconds=60)
    stage.judge(cluster, driver, extra_allowed=0)


def count_accepted(stage, driver, user, posts):
    """Posts at both nodes in turn; each reply is a 202 or a 429 that says when to come back."""
    replies = flood(driver, [user], posts)
    odd = [reply.status for _, _, reply in replies if reply.status != 202 and not (reply.status == 429 and reply.headers.get("Retry-After"))]
    stage.expect(not odd, f"neither accepted nor politely refused: {collections.Counter(odd)}")
    slowest = max(reply.seconds for _, _, reply in replies)
    stage.within(slowest, 2.0, "the slowest of the posts")
    return sum(reply.status == 202 for _, _, reply in replies)

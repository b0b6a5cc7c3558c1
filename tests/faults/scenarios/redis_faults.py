"""Redis is a hint: losing, flushing, filling or cutting it off loses nothing and blocks nobody."""
import time

from processes import wait_until
from stage import scenario

MODELS = ("demo-one+tps100", "demo-two+slow500+tps100")


def posts_stay_quick(stage, driver, since, limit=2.0):
    """Every POST of the time got its answer soon."""
    slow = [seconds for _, seconds, _ in driver.replies[since:] if seconds > limit]
    stage.expect(not slow, f"{len(slow)} requests took longer than {limit:g} s, up to {max(slow, default=0):.1f} s")


def everything_ends(stage, driver, limit=30):
    begun = time.monotonic()
    driver.wait_final(seconds=limit * 3)
    stage.within(time.monotonic() - begun, limit, "the end of every turn")


def events_flow(stage, driver):
    """A page on each API node sees a new turn as it happens."""
    conversation = driver.conversation()
    watchers = stage.watch(driver, [conversation, conversation])
    wait_until(lambda: all(watcher.readies for watcher in watchers), 10, "the pages being live")
    begun = time.monotonic()
    driver.ask(conversation=conversation, services=["s1"])
    wait_until(lambda: all(watcher.seen("batch_complete") for watcher in watchers), 20, "live events on every node", every=0.02)
    stage.within(time.monotonic() - begun, 10, "events reaching every node")
    wait_until(lambda: all(watcher.texts for watcher in watchers), 5, "live text on every node")
    return watchers


def under_load(stage, trouble, **options):
    cluster = stage.cluster(**options)
    driver = stage.driver(cluster, users=2, models=MODELS)
    watchers = stage.watch(driver, driver.begin(per_second=4.0))
    pids, since = [node.pid for node in cluster.nodes], len(driver.replies)
    time.sleep(1.5)
    trouble(cluster)
    time.sleep(2)
    driver.end()
    posts_stay_quick(stage, driver, since)
    everything_ends(stage, driver)
    watchers += events_flow(stage, driver)
    stage.expect([node.pid for node in cluster.nodes if node.alive()] == pids, "a process exited")
    stage.judge(cluster, driver, watchers, extra_allowed=0)


@scenario("S")
def redis_killed_and_started_empty_loses_nothing(stage):
    def trouble(cluster):
        cluster.redis.kill()
        time.sleep(stage.pick(3, 20))
        cluster.redis.start()
    under_load(stage, trouble)


@scenario("S")
def redis_flushed_loses_nothing(stage):
    def trouble(cluster):
        for _ in range(5):
            cluster.redis.say("flushall")
            time.sleep(0.5)
    under_load(stage, trouble)


def full(stage):
    """Trouble of a Redis without room for a while."""
    def trouble(cluster):
        cluster.redis.say("config", "set", "maxmemory", "1")
        time.sleep(stage.pick(3, 20))
        cluster.redis.say("config", "set", "maxmemory", "0")
    return trouble


@scenario("S")
def a_full_redis_that_refuses_writes_loses_nothing(stage):
    under_load(stage, full(stage), redis=("--maxmemory-policy", "noeviction"))


@scenario("S")
def a_full_redis_that_evicts_loses_nothing(stage):
    under_load(stage, full(stage), redis=("--maxmemory-policy", "allkeys-lru"))


@scenario("S")
def redis_dropped_without_a_word_keeps_posts_quick_and_everything_ends(stage):
    def trouble(cluster):
        proxy = cluster.proxies["redis"]
        proxy.mode = "drop"
        time.sleep(stage.pick(12, 60))
        proxy.mode = "pass"
    under_load(stage, trouble, through=("redis",))


@scenario("S")
def redis_that_sleeps_or_resets_keeps_posts_quick(stage):
    def trouble(cluster):
        cluster.redis.freeze()
        time.sleep(stage.pick(4, 20))
        cluster.redis.thaw()
        for _ in range(5):
            cluster.proxies["redis"].reset()
            time.sleep(0.4)
    under_load(stage, trouble, through=("redis",))

"""Pages that lose their line, come back elsewhere, read slowly, or all return at once."""
import random
import threading
import time

from processes import wait_until
from proxy import Proxy
from stage import scenario
from websocket import Closed, WebSocket
from watcher import Watcher

LIVE = ("demo-one+tps25", "demo-two+tps40")


def texts_agree(stage, driver, turn, watcher):
    """What the page put together is what was stored, as far as it heard it; after a gap a page fetches."""
    for answer in driver.batch(turn)["responses"]:
        stored = driver.admin.get(f"/responses/{answer['id']}")["expanded_content"]
        seen = watcher.texts.get((answer["id"], answer["attempt"]), "")
        stage.expect(stored and stored.startswith(seen), f"the page's text differs from the stored one ({len(seen)} and {len(stored or '')} characters)")


@scenario("ES")
def a_page_cut_off_again_and_again_sees_every_event_once(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=LIVE)
    conversation = driver.conversation()
    proxies = [stage.keep(Proxy(node.port)) for node in cluster.apis]
    watcher = stage.watch(driver, [conversation], origin_port=proxies[0].port)[0]
    resumed = []
    turns = [driver.ask(conversation=conversation) for _ in range(2)]
    for turn in range(stage.pick(10, 20)):
        time.sleep(random.uniform(0.1, 0.5))
        watcher.port = proxies[turn % len(proxies)].port
        begun, readies = time.monotonic(), watcher.readies
        for proxy in proxies:
            proxy.reset()
        wait_until(lambda: watcher.readies > readies, 10, "the page being live again", every=0.005)
        resumed.append(time.monotonic() - begun)
    driver.wait_final()
    last = driver.admin.get(f"/conversations/{conversation}/events?after=0&limit=1")["last_seq"]
    wait_until(lambda: watcher.last >= last, 10, "the page being up to date")
    stage.expect([event["seq"] for event in watcher.events] == list(range(1, last + 1)), "the page missed or repeated an event")
    stage.within(sorted(resumed)[int(len(resumed) * 0.95)], 3.0, "coming back")
    for turn in turns:
        texts_agree(stage, driver, turn, watcher)
    stage.judge(cluster, driver, [watcher], extra_allowed=0)


@scenario("ES")
def a_page_goes_on_after_the_restart_of_what_served_it(stage):
    cluster = stage.cluster(workers__lease=5)
    driver = stage.driver(cluster, models=LIVE)
    conversation = driver.conversation()
    watcher = stage.watch(driver, [conversation])[0]
    turn = driver.ask(conversation=conversation)
    wait_until(lambda: watcher.texts, 10, "text on the page")
    for node in cluster.apis:
        node.kill()
        node.start()
    driver.wait_final()
    last = driver.admin.get(f"/conversations/{conversation}/events?after=0&limit=1")["last_seq"]
    stage.within(wait_until(lambda: watcher.last >= last, 10, "the page being up to date"), 5, "catching up")
    texts_agree(stage, driver, turn, watcher)
    stage.judge(cluster, driver, [watcher], extra_allowed=2 if stage.embedded else 0)


@scenario("ES")
def text_that_was_shown_survives_the_death_of_its_worker(stage):
    cluster = stage.cluster(workers__lease=6)
    driver = stage.driver(cluster, models=("demo-one+tps8",))
    turn = driver.ask()
    wait_until(lambda: driver.batch(turn)["responses"][0]["content_length"] > 60, 20, "text so far")
    answer = driver.batch(turn)["responses"][0]["id"]
    shown = driver.admin.get(f"/responses/{answer}")["expanded_content"] or ""
    time.sleep(1.5)
    for node in cluster.workers:
        node.kill()
    if stage.embedded:
        kept = cluster.db.one(f"SELECT content FROM response_texts WHERE response_id = {cluster.db.id(answer)}")
    else:
        kept = driver.admin.get(f"/responses/{answer}")["expanded_content"] or ""
    stage.expect(len(kept) >= len(shown) > 0, f"{len(shown)} characters were shown, {len(kept)} are left")
    for node in cluster.workers:
        if not node.alive():
            node.start()
    driver.wait_final(seconds=90)
    stage.judge(cluster, driver, extra_allowed=1)


@scenario("ES")
def a_log_that_has_expired_gives_a_fresh_start_and_no_second_generation(stage):
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=LIVE)
    conversation = driver.conversation()
    turn = driver.ask(conversation=conversation)
    driver.wait_final([turn])
    calls = len(cluster.calls())
    cluster.db.execute(f"DELETE FROM events WHERE conversation_id = {cluster.db.id(conversation)} AND seq <= 5")
    watcher = stage.keep(Closing(Watcher(driver.admin, conversation, cluster, after=2))).watcher
    wait_until(lambda: watcher.readies, 5, "the page being live")
    stage.expect(watcher.resyncs == 1, f"{watcher.resyncs} fresh starts for an expired log")
    second = driver.ask(conversation=conversation)
    driver.wait_final([second])
    wait_until(lambda: watcher.seen("batch_complete"), 5, "the end of the next turn on the page")
    stage.expect(not watcher.complaints, f"the page saw {watcher.complaints[:1]}")
    beyond = stage.keep(Closing(Watcher(driver.admin, conversation, cluster, after=999_999))).watcher
    wait_until(lambda: beyond.readies, 5, "the page being live")
    stage.expect(beyond.resyncs == 1, "a number that was never given out was taken")
    stage.expect(len(cluster.calls()) == calls + 2, "resuming asked a provider")
    stage.judge(cluster, driver, extra_allowed=0, events=False)


class Closing:
    def __init__(self, watcher):
        self.watcher, self.close = watcher, watcher.stop


@scenario("ES")
def a_page_that_does_not_read_is_dropped_and_can_resume(stage):
    cluster = stage.cluster(deadlines__content_idle=5)
    driver = stage.driver(cluster, models=("demo-one+huge",))
    conversation = driver.conversation()
    node = cluster.apis[0]
    sleepy = WebSocket("127.0.0.1", node.port, f"/ws/conversation/{conversation}?after=0", {"Cookie": driver.admin.cookie()}, receive_buffer=4096)
    turn = driver.ask(conversation=conversation)
    most = [0.0]

    def look():
        most[0] = max(most[0], node.metric("quorum_socket_buffered_bytes"))
        return driver.batch(turn)["status"] in ("COMPLETED", "FAILED")
    wait_until(look, 60, "the end of an endless answer", every=0.2)
    stage.expect(most[0] <= 2_500_000, f"{most[0] / 1e6:.1f} MB were kept for a page that does not read")
    time.sleep(11)
    code = code_of(sleepy)
    stage.expect(code in (4408, "reset"), f"a page that does not read was not dropped (code {code})")
    again = stage.keep(Closing(Watcher(driver.admin, conversation, cluster))).watcher
    wait_until(lambda: again.readies and again.seen("batch_complete"), 10, "resuming")
    stage.judge(cluster, driver, [again], extra_allowed=None, allow_failed=True, retries=True)


def code_of(socket):
    """Reads what is left and gives the code that it ends with."""
    try:
        while True:
            socket.receive(10)
    except Closed as closed:
        return closed.code
    except TimeoutError:
        return "none"
    except OSError:
        return "reset"


@scenario("ES", alone=True)
def all_pages_that_return_at_once_are_live_again_in_time(stage):
    count = stage.pick(400, 2_000)
    cluster = stage.cluster()
    driver = stage.driver(cluster, models=("demo-one+tps200",))
    conversations = [driver.conversation() for _ in range(20)]
    for conversation in conversations[:5]:
        driver.ask(conversation=conversation)
    driver.wait_final()
    threading.stack_size(256 * 1024)
    begun = time.monotonic()
    watchers = stage.watch(driver, [conversations[at % 20] for at in range(count)])
    wait_until(lambda: all(watcher.readies for watcher in watchers), 60, "all pages being live", every=0.1)
    stage.note(f"first: {time.monotonic() - begun:.1f} s")
    cluster.restart(cluster.apis)
    begun = time.monotonic()
    wait_until(lambda: all(watcher.readies > 1 for watcher in watchers), 60, "all pages being live again", every=0.1)
    stage.within(time.monotonic() - begun, 15, f"{count} pages coming back")
    turn = driver.ask(conversation=conversations[0])
    driver.wait_final([turn])
    codes = {code for watcher in watchers for code in watcher.codes} - {0, 1001, 1012}
    stage.expect(not codes, f"pages were closed with {codes}")
    stage.judge(cluster, driver, watchers, extra_allowed=0)

"""Whoever is told by a webhook is told at least once, under one id, whoever dies in between."""
import http.server
import threading
import time

from processes import wait_until
from stage import scenario

TOLD = "SELECT count(*) AS n FROM webhook_deliveries WHERE status = 'delivered'"


class Receiver:
    """An address that keeps what it is told; the first message of each `held` is left without a reply until `close`."""

    def __init__(self, held):
        self.messages, self.held, self.lock, self.closing = [], held, threading.Lock(), threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with receiver.lock:
                    receiver.messages.append((self.headers["webhook-id"], body))
                    hold = len(receiver.messages) <= receiver.held
                if hold:
                    receiver.closing.wait(120)
                    return
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def told(stage, cluster, driver, receiver, turns):
    """Every turn was told, each under one id of its own and in the same bytes."""
    wait_until(lambda: cluster.db.one(TOLD) == len(turns), 90, "the end of every delivery", every=0.1)
    by_id = {}
    for identity, body in receiver.messages:
        by_id.setdefault(identity, set()).add(body)
    stage.expect(len(by_id) == len(turns), f"{len(by_id)} ids for {len(turns)} turns")
    stage.expect(all(len(bodies) == 1 for bodies in by_id.values()), "a message was sent again in other bytes")
    batches = {turn["batch"] for turn in turns}
    stage.expect(all(any(batch.encode() in body for batch in batches) for bodies in by_id.values() for body in bodies), "somebody was told of another batch")


@scenario("ES")
def killing_who_tells_a_webhook_between_sending_and_saving_has_it_told_again_under_the_same_id(stage):
    count = stage.pick(3, 12)
    receiver = stage.keep(Receiver(held=count))
    cluster = stage.cluster(workers__lease=6)
    driver = stage.driver(cluster, users=1, models=("demo-one", "demo-two"))
    reply = driver.admin.request("POST", "/webhooks", {"url": receiver.url})
    stage.expect(reply.ok, f"no webhook: {reply.status} {reply.body}")
    turns = [driver.ask() for _ in range(count)]
    driver.wait_final(turns)
    wait_until(lambda: len(receiver.messages) >= min(count, 4), 30, "the first messages", every=0.05)
    begun = time.monotonic()
    cluster.restart(cluster.workers)
    wait_until(lambda: len(receiver.messages) > count, 60, "another attempt", every=0.05)
    stage.within(time.monotonic() - begun, 10 if stage.embedded else 30, "telling again")
    told(stage, cluster, driver, receiver, turns)
    stage.judge(cluster, driver, extra_allowed=0)


@scenario("ES")
def a_webhook_that_never_replies_holds_nobody_up(stage):
    count = stage.pick(6, 40)
    receiver = stage.keep(Receiver(held=10**6))
    cluster = stage.cluster()
    driver = stage.driver(cluster, users=2, models=("demo-one", "demo-two"))
    slow = driver.users[0]
    reply = slow.request("POST", "/webhooks", {"url": receiver.url})
    stage.expect(reply.ok, f"no webhook: {reply.status} {reply.body}")
    driver.wait_final([driver.ask(user=slow) for _ in range(count)])
    wait_until(lambda: len(receiver.messages) >= 4, 30, "messages under way", every=0.05)
    for user in driver.users:
        begun = time.monotonic()
        turn = driver.ask(user=user)
        driver.wait_final([turn])
        stage.within(time.monotonic() - begun, 5, "a turn beside a webhook that never replies")
    under_way = cluster.db.one("SELECT count(*) AS n FROM background_jobs WHERE kind = 'deliver_webhook' AND lease_owner IS NOT NULL")
    stage.expect(under_way <= 4, f"{under_way} places are taken by one slow address")
    stage.judge(cluster, driver, extra_allowed=0)

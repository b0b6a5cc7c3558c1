"""Posts turns as several users and keeps, on disk, the list of everything that was accepted."""
import json
import os
import random
import threading
import time
import uuid

from oracle import open_batches
from people import Caller, add_user
from processes import wait_until

GIVE_UP = "given up"


class Driver:
    """The oracle of loss: what it lists was answered with a 2xx."""

    def __init__(self, cluster, users=2, models=("demo-one+tps120", "demo-two+tps120", "demo-three+tps120"), policy="local", **service):
        self.cluster, self.policy = cluster, policy
        self.accepted, self.replies, self.refused, self.unsure = [], [], [], []
        self.lock, self.running, self.threads = threading.Lock(), False, []
        self.list = open(cluster.folder / "accepted.jsonl", "a")
        origins = [node.origin for node in cluster.apis]
        self.admin = Caller(origins, self.replies).sign_in("ada@example.com", register=True)
        self.users = [self.admin]
        self.services, self.owners = {}, {}
        for number, model in enumerate(models):
            self.add_service(f"s{number + 1}", model, **service)
        for number in range(1, users):
            self.add_user(f"user{number}@example.com")

    def add_user(self, email):
        add_user(self.cluster.db, email)
        user = Caller([node.origin for node in self.cluster.apis], self.replies).sign_in(email)
        self.users.append(user)
        return user

    def add_service(self, name, model, service_type="openai_compatible", mount="/compatible/v1", origin=None, **more):
        origin = origin or self.cluster.fleet_origin
        draft = {"judge": False, "output_price_micro_usd": 2_000_000, "input_price_micro_usd": 1_000_000, **more}
        self.services[name] = self.admin.add_service(name, service_type, origin + mount, model, **draft)
        return self.services[name]

    def conversation(self, user=None, **more):
        """A new conversation; the same key until it is there."""
        user, key = user or self.admin, str(uuid.uuid4())
        for turn in range(200):
            reply = user.request("POST", "/conversations", {"judging_policy": self.policy, **more}, node=turn, idempotency_key=key)
            if reply.ok:
                self.owners[reply.body["id"]] = user
                return reply.body["id"]
            if 400 <= reply.status < 500 and reply.status != 429:
                raise RuntimeError(f"no conversation: {reply.status} {reply.body}")
            time.sleep(0.1)
        raise RuntimeError("no conversation could be made")

    def attempt(self, user, conversation, content, key=None, services=None, node=0, timeout=60):
        """One POST, as it is."""
        body = {"content": content, "service_ids": [self.services[name] for name in services or self.services]}
        extra = {"idempotency_key": key} if key else {}
        return user.request("POST", f"/conversations/{conversation}/messages", body, node=node, timeout=timeout, **extra)

    def ask(self, user=None, conversation=None, services=None, patience=90, words="", node=None, tag=None):
        """Posts a turn as a page does, again with the same key until an answer comes; gives the accepted turn."""
        user = user or self.admin
        conversation = conversation or self.conversation(user)
        key, tag = str(uuid.uuid4()), tag or f"tag-{uuid.uuid4().hex[:12]}"
        until, turn = time.monotonic() + patience, random.randrange(8) if node is None else node
        tries = 0
        while time.monotonic() < until and self.running is not GIVE_UP:
            reply = self.attempt(user, conversation, f"{tag} {words or 'What is worth knowing?'}", key, services, node=turn)
            tries += 1
            if reply.ok:
                return self.note(user, conversation, tag, key, reply, services, tries)
            if 400 <= reply.status < 500 and reply.status != 429:
                self.refused.append((reply.status, reply.body))
                return None
            time.sleep(min(0.2 * tries, 1.0) * random.uniform(0.5, 1.0))
            turn += 1
        self.unsure.append(tag)
        return None

    def note(self, user, conversation, tag, key, reply, services=None, tries=1):
        batch = reply.body["ai_request_batch"] or {"id": None}
        turn = {
            "message": reply.body["message"]["id"], "batch": batch["id"], "conversation": conversation, "user": self.users.index(user),
            "tag": tag, "key": key, "services": list(services or self.services), "tries": tries, "at": time.monotonic(),
        }
        with self.lock:
            self.accepted.append(turn)
            self.list.write(json.dumps(turn) + "\n")
            self.list.flush()
            os.fsync(self.list.fileno())
        return turn

    # Steady load.

    def begin(self, per_second=2.0, conversations=2):
        """Turns from every user, each in a thread of its own, until `end`."""
        self.running = True
        pools = {user: [self.conversation(user) for _ in range(conversations)] for user in self.users}
        for user in self.users:
            thread = threading.Thread(target=self._post, args=(user, pools[user], per_second / len(self.users)), daemon=True)
            thread.start()
            self.threads.append(thread)
        return [conversation for pool in pools.values() for conversation in pool]

    def _post(self, user, pool, per_second):
        due = time.monotonic() + random.uniform(0, 1 / per_second)
        while self.running is True:
            time.sleep(max(0, due - time.monotonic()))
            due = max(due + 1 / per_second, time.monotonic())
            self.ask(user, random.choice(pool))

    def end(self):
        self.running = False
        for thread in self.threads:
            thread.join(120)
        self.threads = []

    def close(self):
        self.running = GIVE_UP
        for thread in self.threads:
            thread.join(5)
        self.list.close()

    # What is seen.

    def faulty_replies(self):
        with self.lock:
            return [fault for _, _, fault in self.replies if fault]

    def batch(self, turn, node=0):
        return self.users[turn["user"]].get(f"/batches/{turn['batch']}", node)

    def wait_final(self, turns=None, seconds=90):
        """Waits until every batch is final; gives the seconds."""
        ids = {turn["batch"] for turn in (turns if turns is not None else self.accepted)}
        return wait_until(lambda: not (ids & open_batches(self.cluster.db)), seconds, "the end of every turn", every=0.1)

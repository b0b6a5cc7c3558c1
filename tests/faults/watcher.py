"""A page that follows a conversation: keeps every event by number and every text, and resumes after each break."""
import json
import random
import threading
import time

from websocket import Closed, Refused, WebSocket


def length(text):
    """Length in UTF-16 units, as offsets are counted."""
    return len(text.encode("utf-16-le")) // 2


class Watcher:
    """Follows one conversation until `stop`; complaints are things that a page must never see."""

    def __init__(self, user, conversation, cluster, node=0, after=0, origin_port=None):
        self.user, self.conversation, self.cluster, self.node = user, conversation, cluster, node
        self.port, self.last = origin_port, after
        self.events, self.texts, self.complaints, self.codes = [], {}, [], []
        self.resyncs = self.readies = self.gaps = self.breaks = 0
        self.ready_after, self.ready_at, self.running, self.socket = [], 0.0, True, None
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def _follow(self):
        wait, begun = 0.1, time.monotonic()
        while self.running:
            try:
                port = self.port or self.cluster.apis[self.node % len(self.cluster.apis)].port
                path = f"/ws/conversation/{self.conversation}?after={self.last}"
                self.socket = WebSocket("127.0.0.1", port, path, {"Cookie": self.user.cookie()})
                while self.running:
                    message = json.loads(self.socket.receive(60))
                    if message["type"] == "ready":
                        wait = 0.1
                        self.ready_after.append(time.monotonic() - begun)
                    self._take(message)
            except Closed as closed:
                self.codes.append(closed.code)
                if closed.code in (4401, 4404):
                    return
            except Refused as refused:
                self.codes.append(refused.status)
            except (OSError, ValueError):
                self.codes.append(0)
            if self.socket:
                self.socket.close()
            if not self.running:
                return
            self.breaks += 1
            begun = time.monotonic()
            self.node += 1
            time.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, 2.0)

    def _take(self, message):
        kind = message["type"]
        if kind == "ready":
            self.readies += 1
            self.ready_at = time.monotonic()
        elif kind == "resync":
            self.resyncs += 1
            self.last = message["last_seq"]
        elif kind == "response_delta":
            self._text(message)
        elif "seq" in message:
            if message["seq"] != self.last + 1:
                self.complaints.append(f"event {message['seq']} ({kind}) came after {self.last}")
            self.last = max(self.last, message["seq"])
            self.events.append(message)

    def _text(self, delta):
        key, offset = (delta["response_id"], delta["attempt"]), delta["offset"]
        text = self.texts.get(key, "")
        if offset == 0:
            self.texts[key] = delta["text"] if length(delta["text"]) >= length(text) else text
        elif offset == length(text):
            self.texts[key] = text + delta["text"]
        elif offset > length(text):
            self.gaps += 1
        elif not text.encode("utf-16-le")[offset * 2:].startswith(delta["text"].encode("utf-16-le")):
            # A piece that overlaps what is there must say the same.
            self.texts[key] = text.encode("utf-16-le")[: offset * 2].decode("utf-16-le") + delta["text"]

    def cut(self):
        """Breaks the connection under it."""
        if self.socket:
            try:
                self.socket.socket.shutdown(2)
            except OSError:
                pass

    def seen(self, kind):
        return [event for event in self.events if event["type"] == kind]

    def stop(self):
        self.running = False
        self.cut()
        self.thread.join(5)

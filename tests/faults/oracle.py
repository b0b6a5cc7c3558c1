"""What must hold after every scenario (I1-I5 and I8 of the checks), judged by three witnesses.

The driver's list says what was accepted, the fleet's log says what was asked of providers, and the
database and the API say what Quorum believes.
"""
import collections

from processes import wait_until


def open_batches(db):
    return {row["id"] for row in db.rows("SELECT id FROM batches WHERE status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')")}


class Oracle:
    """Judges one cluster by what its driver accepted."""

    def __init__(self, stage, cluster, driver, watchers=()):
        self.stage, self.cluster, self.driver, self.watchers = stage, cluster, driver, watchers
        self.lost = self.doubled = self.extra = 0

    def judge(self, extra_allowed=0, allow_failed=False, seconds=90, events=True, retries=False, spend=True):
        """Waits for the end, checks everything, and puts the figures into the row of the stage.

        A response may cost one more call for each death of its worker; with `retries`, for each attempt;
        without `spend` nothing is said about calls, as after going back to an older state.
        """
        try:
            self.driver.wait_final(seconds=seconds)
        except TimeoutError:
            stuck = {turn["batch"] for turn in self.driver.accepted} & open_batches(self.cluster.db)
            self.stage.expect(False, f"{len(stuck)} turns never ended: {self._open_states()}")
        self._calls_have_ended()
        self._accepted_is_readable()
        self._one_answer_each(allow_failed)
        if events:
            self._events_are_gapless()
        if spend:
            self._spend_is_bounded(extra_allowed, retries)
            self._ledger_tells_all(retries)
        self._replies_keep_the_rules()
        self.stage.row(accepted=len(self.driver.accepted), lost=self.lost, doubled=self.doubled, extra=self.extra)
        self.stage.expect(self.lost == 0, f"{self.lost} accepted messages are lost")
        self.stage.expect(self.doubled == 0, f"{self.doubled} things are there twice")

    def _calls_have_ended(self):
        """A call that is being hung up on gets a moment to be booked."""
        running = "SELECT count(*) FROM calls c JOIN responses r ON r.id = c.response_id WHERE c.finished_at IS NULL AND r.crash_count = 0"
        try:
            wait_until(lambda: self.cluster.db.one(running) == 0, 8, "the end of every call", every=0.1)
        except TimeoutError:
            pass  # The ledger is judged below.

    def _open_states(self):
        rows = self.cluster.db.rows("SELECT state, count(*) AS n FROM responses GROUP BY state")
        return {row["state"]: row["n"] for row in rows}

    def _accepted_is_readable(self):
        """I1, by the API: each accepted message is in its conversation, once, by the id that was given."""
        seen, contents = set(), collections.Counter()
        for user, conversation in {(turn["user"], turn["conversation"]) for turn in self.driver.accepted}:
            cursor = ""
            while cursor is not None:
                page = self.driver.users[user].get(f"/conversations/{conversation}/messages?limit=100{cursor}")
                for message in page["items"]:
                    seen.add(message["id"])
                    contents[message["content"].split(" ", 1)[0]] += 1
                cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        self.lost = sum(turn["message"] not in seen for turn in self.driver.accepted)
        self.doubled += sum(count - 1 for count in contents.values())

    def _responses(self):
        return self.cluster.db.rows(
            "SELECT r.id, r.message_id, r.service_id, r.batch_id, r.model, r.state, r.failure_kind, r.crash_count, r.attempt, "
            "m.content, (SELECT count(*) FROM calls c WHERE c.response_id = r.id) AS ledger, "
            "(SELECT count(*) FROM calls c WHERE c.response_id = r.id AND c.outcome = 'completed') AS ledger_completed, "
            "(SELECT count(*) FROM calls c WHERE c.response_id = r.id AND c.outcome = 'unknown') AS ledger_unknown, "
            "(SELECT content FROM response_texts t WHERE t.response_id = r.id) AS text "
            "FROM responses r JOIN messages m ON m.id = r.message_id WHERE r.role = 'answer'"
        )

    def _one_answer_each(self, allow_failed):
        """I2 and I3: every (message, service) is there once and final; one ranking per turn; answers belong to their question."""
        rows, wanted = self._responses(), {turn["message"]: turn for turn in self.driver.accepted}
        pairs = collections.Counter((row["message_id"], row["service_id"]) for row in rows)
        self.doubled += sum(count - 1 for count in pairs.values())
        missing = sum(
            (turn["message"], self.driver.services[name]) not in pairs for turn in self.driver.accepted for name in turn["services"]
        )
        self.stage.expect(missing == 0, f"{missing} services were never asked")
        failed = collections.Counter(row["failure_kind"] for row in rows if row["state"] == "failed" and row["message_id"] in wanted)
        if not allow_failed:
            self.stage.expect(not failed, f"responses failed: {dict(failed)}")
        foreign = [row["id"] for row in rows if row["state"] == "answered" and row["content"].split(" ")[0] not in (row["text"] or "")]
        self.stage.expect(not foreign, f"{len(foreign)} answers do not belong to their question")
        rankings = self.cluster.db.rows("SELECT batch_id, count(*) AS n FROM rankings WHERE completed_at IS NOT NULL AND consensus_id IS NULL GROUP BY batch_id HAVING count(*) > 1")
        self.doubled += sum(row["n"] - 1 for row in rankings)

    def _events_are_gapless(self):
        """I3: numbers 1, 2, 3 by the API, and every watcher saw the same ones once and in order."""
        for user, conversation in {(turn["user"], turn["conversation"]) for turn in self.driver.accepted}:
            after, kinds = 0, collections.Counter()
            while True:
                page = self.driver.users[user].get(f"/conversations/{conversation}/events?after={after}&limit=500")
                for event in page["items"]:
                    self.stage.expect(event["seq"] == after + 1, f"event {event['seq']} follows {after}")
                    after = event["seq"]
                    if event["type"] == "batch_complete":
                        kinds[event["batch_id"]] += 1
                if not page["items"]:
                    self.stage.expect(after == page["last_seq"], f"events end at {after}, not {page['last_seq']}")
                    break
            self.doubled += sum(count - 1 for count in kinds.values())
        for watcher in self.watchers:
            self.stage.expect(not watcher.complaints, f"a page saw: {watcher.complaints[:2]}")

    def _spend_is_bounded(self, allowed, retries):
        """I4: a call for each (message, service), one more for each death or attempt that Quorum owns up to."""
        asked = collections.Counter((call["last_message"].split(" ")[0], call["model"]) for call in self.cluster.calls())
        over = []
        for row in self._responses():
            calls = asked[(row["content"].split(" ")[0], row["model"])]
            self.extra += max(0, calls - 1)
            bound = max(1, row["attempt"]) if retries else 1 + row["crash_count"]
            if calls > min(bound, row["ledger"]):
                over.append({"id": row["id"], "calls": calls, **{name: row[name] for name in ("attempt", "crash_count", "ledger", "state")}})
        self.stage.expect(not over, f"{len(over)} responses cost too many calls: {over[:2]}")
        if allowed is not None:
            self.stage.expect(self.extra <= allowed, f"{self.extra} extra calls, {allowed} allowed")

    def _ledger_tells_all(self, retries):
        """I5: what the ledger has beyond the fleet's log ended as unknown, failed or cancelled; and `usage` adds up."""
        asked = collections.Counter((call["last_message"].split(" ")[0], call["model"]) for call in self.cluster.calls())
        for row in self._responses():
            calls = asked[(row["content"].split(" ")[0], row["model"])]
            unseen = row["ledger"] - calls
            if unseen > row["ledger"] - row["ledger_completed"] or (row["ledger_completed"] > 1 + row["crash_count"] and not retries):
                self.stage.expect(False, f"ledger of {row['id']}: {row['ledger']} calls ({row['ledger_completed']} completed), the provider saw {calls}")
            if row["state"] == "answered" and row["ledger_completed"] == 0:
                self.stage.expect(False, f"answered, but no completed call in the ledger of {row['id']}")
            if row["ledger_unknown"] > row["crash_count"]:
                self.stage.expect(False, f"{row['ledger_unknown']} calls of unknown end with {row['crash_count']} deaths: {row['id']}")
        for user in self.driver.users:
            told = sum(line["calls"] for line in user.get("/usage?group_by=day")["items"])
            kept = self.cluster.db.one(f"SELECT count(*) FROM calls WHERE user_id = {self.cluster.db.id(user.id)}")
            self.stage.expect(told == kept, f"usage says {told} calls, the ledger has {kept}")

    def _replies_keep_the_rules(self):
        """I8: no 5xx without an excuse, every error is problem+json, no panic."""
        self.stage.expect(not self.driver.unsure, f"{len(self.driver.unsure)} turns got no answer at all, however often they were posted")
        self.stage.expect(not self.driver.refused, f"turns were refused: {self.driver.refused[:2]}")
        faults = collections.Counter(self.driver.faulty_replies())
        self.stage.expect(not faults, f"replies: {dict(faults)}")
        self.stage.expect(not self.cluster.panics(), f"panicked: {self.cluster.panics()}")

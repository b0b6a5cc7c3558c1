"""What a scenario gets, and the list of all scenarios."""
import json
import os
import tempfile

from cluster import EMBEDDED, SCALE, Cluster
from driver import Driver
from oracle import Oracle
from watcher import Watcher

SCENARIOS = []


def scenario(stores="ES", alone=False):
    """Registers a function whose name is the sentence that it proves. `alone`: it measures time, nothing runs beside it."""
    def register(function):
        for letter, store in (("E", EMBEDDED), ("S", SCALE)):
            if letter in stores:
                SCENARIOS.append((function, store, alone))
        return function
    return register


def title(function):
    return function.__name__.replace("_", " ")


class Stage:
    """One run of one scenario: builds clusters, collects complaints and figures, takes everything down."""

    def __init__(self, store, size, binary):
        self.store, self.size, self.binary = store, size, binary
        self.root = tempfile.mkdtemp(prefix="quorum-faults-")
        os.chmod(self.root, 0o755)
        self.figures, self.complaints, self.notes, self.told, self.parts = {}, [], [], [], []

    @property
    def embedded(self):
        return self.store == EMBEDDED

    def pick(self, smoke, full):
        return smoke if self.size == "smoke" else full

    def expect(self, ok, complaint):
        if not ok and complaint not in self.complaints:
            self.complaints.append(complaint)
        return ok

    def within(self, seconds, limit, what):
        """A time that was promised; the worst one goes into the row."""
        self.figures["recovery"] = max(seconds, self.figures.get("recovery", 0.0))
        self.expect(seconds <= limit, f"{what} took {seconds:.1f} s, not {limit:g}")

    def row(self, **figures):
        for name, value in figures.items():
            self.figures[name] = self.figures.get(name, 0) + value

    def note(self, text):
        self.notes.append(text)

    def tell(self, text):
        """A figure in words, printed also when all is well."""
        self.told.append(text)

    def keep(self, part):
        """Closed at the end."""
        self.parts.append(part)
        return part

    def playbook(self, tag):
        """A file with two answers that differ, so that a judge has something to say about `ask(tag=...)`."""
        answers = {
            "demo-one": f"{tag} Rivers carve valleys over many thousand years, and ice widens them.",
            "demo-two": f"{tag} Bread rises because yeast breathes out gas. Salt slows that; warmth hastens it; patience does the rest.",
        }
        path = os.path.join(self.root, f"{tag}.jsonl")
        with open(path, "w") as file:
            file.write(json.dumps({"question": f"{tag} What is worth knowing?", "answers": answers}) + "\n")
        return ("--playbook", path)

    def cluster(self, **options):
        folder = tempfile.mkdtemp(prefix="cluster-", dir=self.root)
        return self.keep(Cluster(self.store, self.binary, folder, **options)).start()

    def driver(self, cluster, **options):
        return self.keep(Driver(cluster, **options))

    def watch(self, driver, conversations, **options):
        watchers = [Watcher(driver.owners[conversation], conversation, driver.cluster, node=at, **options) for at, conversation in enumerate(conversations)]
        for watcher in watchers:
            self.parts.append(Stopper(watcher))
        return watchers

    def judge(self, cluster, driver, watchers=(), **options):
        Oracle(self, cluster, driver, watchers).judge(**options)

    def close(self):
        for part in reversed(self.parts):
            try:
                part.close()
            except Exception as error:  # Taking down goes on with the next part.
                self.notes.append(f"closing: {error}")


class Stopper:
    def __init__(self, watcher):
        self.close = watcher.stop


__all__ = ["EMBEDDED", "SCALE", "SCENARIOS", "Stage", "scenario", "title"]

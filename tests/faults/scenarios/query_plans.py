"""What the database does for the statements of the hot path: none reads a whole table that grows."""
import json
import re
import sqlite3
import subprocess

from stage import scenario

# Tables with a row for every message, answer, call, event or sign-in.
GROWING = ("conversations", "messages", "batches", "responses", "calls", "events", "ballots", "rankings", "background_jobs", "sessions", "idempotency_keys", "webhook_deliveries")
DATA = re.compile(r"(?i)(select|update|delete|insert|with)\b")


def statements(cluster):
    """Every statement that the product has said, by its own log."""
    found = set()
    for node in cluster.nodes:
        for line in node.said().splitlines():
            if '"sqlx::query"' not in line:
                continue
            fields = json.loads(line)["fields"]
            found.add((fields.get("db.statement") or fields["summary"]).strip())
    # What goes to the database together is looked at one by one; migrations begin otherwise.
    parts = {part.strip() for text in found if DATA.match(text) for part in text.split(";")}
    return sorted(part for part in parts if DATA.match(part))


def sqlite_scans(path, statement):
    """Whole tables that SQLite would read; a partial index holds only what is open, and may be read whole."""
    with sqlite3.connect(path) as connection:
        partial = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'")}
        values = {number: None for number in re.findall(r"\$(\d+)", statement)}
        if marks := re.findall(r"\?(\d*)", statement):
            values = (None,) * max(max((int(number) for number in marks if number), default=0), len(set(marks)) if any(marks) else len(marks))
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    aliases = dict((alias or table, table) for table, alias in re.findall(r"(?i)(?:from|join|update|into)\s+(\w+)(?:\s+(?:as\s+)?(?!set\b|where\b|on\b|join\b|order\b|using\b|values\b|left\b|inner\b|group\b|limit\b)(\w+))?", statement))
    scans = []
    for step in plan:
        scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)
        if scan and aliases.get(scan[1], scan[1]) in GROWING and scan[2] not in partial:
            scans.append(step)
    return scans


def leave_uncounted(url):
    """Keeps PostgreSQL from counting these tables in the meantime: of a table that is known to have three rows the
    whole is read by right."""
    changes = "; ".join(f"ALTER TABLE {name} SET (autovacuum_enabled = false)" for name in GROWING)
    subprocess.run(["psql", url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", changes], check=True, capture_output=True)


def postgres_scans(url, statement, partial):
    """Whole tables that PostgreSQL reads although it was told to do anything else first."""
    count = max((int(number) for number in re.findall(r"\$(\d+)", statement)), default=0)
    arguments = f"({', '.join(['NULL'] * count)})" if count else ""
    text = f"""SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan;
PREPARE asked AS {statement};
EXPLAIN (FORMAT JSON) EXECUTE asked{arguments};"""
    done = subprocess.run(["psql", url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"not explained: {done.stderr.strip()[:300]}: {statement[:200]}")
    scans = []

    def look(node):
        whole = node["Node Type"] == "Seq Scan" or (node["Node Type"].startswith("Index") and "Index Cond" not in node)
        if whole and node.get("Relation Name") in GROWING and node.get("Index Name") not in partial:
            scans.append(f"{node['Node Type']} on {node['Relation Name']} {node.get('Index Name', '')} {node.get('Filter', '')}")
        for part in node.get("Plans", []):
            look(part)
    look(json.loads(done.stdout)[0]["Plan"])
    return scans


@scenario("ES")
def no_statement_of_the_hot_path_reads_a_whole_table(stage):
    cluster = stage.cluster(log__filter="warn,sqlx::query=debug", log__json="true")
    if not stage.embedded:
        leave_uncounted(cluster.database_url())
    driver = stage.driver(cluster, users=1, models=("demo-one", "demo-two"))
    turns = [driver.ask() for _ in range(3)]
    watchers = stage.watch(driver, [turn["conversation"] for turn in turns])
    driver.wait_final()
    for turn in turns:
        conversation = turn["conversation"]
        driver.ask(conversation=conversation)
        state = driver.batch(turn)
        chosen = state["responses"][0]["id"]
        for method, path in (
            ("GET", "/conversations"), ("GET", "/search?q=worth"), ("GET", f"/conversations/{conversation}"),
            ("GET", f"/conversations/{conversation}/messages"), ("GET", f"/conversations/{conversation}/context"),
            ("GET", f"/responses/{chosen}"), ("POST", f"/responses/{chosen}/select"), ("POST", f"/messages/{turn['message']}/prune"),
            ("GET", f"/batches/{turn['batch']}/ballots"), ("GET", "/auth/me"),
        ):
            reply = driver.admin.request(method, path)
            stage.expect(reply.ok, f"{method} {path}: {reply.status}")
    driver.wait_final()
    # The judge of the run asks for reports, which read what they report on.
    asked = statements(cluster)
    stage.judge(cluster, driver, watchers, extra_allowed=0)
    partial = set() if stage.embedded else {row["relname"] for row in cluster.db.rows(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indpred IS NOT NULL")}
    stage.expect(len(asked) > 40, f"only {len(asked)} statements were seen: is the log still written?")
    for statement in asked:
        scans = sqlite_scans(cluster.db.path, statement) if stage.embedded else postgres_scans(cluster.database_url(), statement, partial)
        stage.expect(not scans, f"{'; '.join(scans)}: {' '.join(statement.split())[:300]}")
    stage.note(f"{len(asked)} statements explained")

"""Titles and names that are formulas, markup or paths leave as text: in CSV, Markdown, JSON and behind shared links."""
import csv
import io
import json
import re

from world import PASSWORD, Proof, World

HOSTILE = [
    "=HYPERLINK(\"https://evil.example\",\"x\")", "=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "＝1+1", "＠SUM(1)",
    "=cmd|' /C calc'!A0", "a,b\",\"=1", "a\r\n=1+1,b", "![x](https://evil.example/a.png)", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>",
    "# not a heading", "x\n\n# not a heading\n\n![x](https://evil.example)", "`code` *bold* _it_ ~~no~~", "> quote", "- list", "1. list", "|a|b|", "&lt;script&gt;",
    "\u202egpj.exe", "../../etc/passwd", "a\"; filename=\"b.html", "<!--", "https://evil.example/by-itself", "\\", "$x$",
]
FORMULA = re.compile(r"^\s*[=+\-@\0＝＋－＠]|^[\t\r\n]")
# Characters that mean something in Markdown and stand there without a backslash.
MEANT = re.compile(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~!#&$]")


def exports(binary):
    proof, world = Proof("what leaves, leaves as text"), World(binary)
    try:
        conversations = used(world)
        tables(proof, world)
        for conversation, title in conversations:
            document(proof, world, conversation, title)
            snapshot(proof, world, conversation, title)
        snapshots_of_others(proof, world)
    finally:
        world.close()
    return proof


def used(world):
    """Services, people and conversations with such names, each with something that it cost."""
    kept = []
    for number, name in enumerate(HOSTILE):
        priced = {"output_price_micro_usd": 2_000_000, "input_price_micro_usd": 1_000_000}
        draft = {"name": name, "service_type": "openai_compatible", "base_url": world.cluster.fleet_origin + "/compatible/v1", "model": "echo", "requires_key": False, "judge": False, **priced}
        reply = world.ada.request("POST", "/admin/services", draft)
        service = reply.body["id"] if reply.ok else world.services[0]
        email = f"hostile{number}@example.com"
        person = world.ada.request("POST", "/admin/users", {"name": name, "email": email, "password": PASSWORD})
        who = world.person().sign_in(email) if person.ok and number < 6 else world.bob
        made = who.request("POST", "/conversations", {"title": name, "system_prompt": name, "judging_policy": "off"})
        if not made.ok:
            continue
        title, services = made.body["title"], world.services
        world.services = [service]
        answer = world.asked(who, made.body["id"])[3]
        world.expect_ok(who.request("POST", f"/responses/{answer}/select", {}))
        world.services = services
        if who is world.bob:
            kept.append((made.body["id"], title))
    return kept


def tables(proof, world):
    cells = 0
    for group in json.loads(world.openapi())["components"]["schemas"]["UsageGroup"]["enum"]:
        for who, path in ((world.bob, "/usage/export"), (world.ada, "/admin/usage/export")):
            reply = who.request("GET", f"{path}?group_by={group}")
            if group == "user" and who is world.bob:
                proof.check(reply.status == 422, f"{path} by user: {reply.status}")
                continue
            named, kind = reply.headers.get("content-disposition", ""), reply.headers.get("content-type", "")
            proof.check(reply.ok and named == f'attachment; filename="quorum-usage-by-{group}.csv"', f"{path} by {group}: {reply.status} {named}")
            proof.check(kind == "text/csv; charset=utf-8" and reply.headers.get("x-content-type-options") == "nosniff", f"{path} by {group} is {kind}")
            rows = list(csv.reader(io.StringIO(reply.body, newline="")))
            proof.check(len(rows) > 1, f"{path} by {group} is empty")
            for row in rows:
                proof.check(len(row) == len(rows[0]), f"{path} by {group}: a row of {len(row)} cells: {row}")
                for cell in row:
                    cells += 1
                    proof.check(not FORMULA.search(cell), f"{path} by {group}: a cell begins as a formula: {cell!r}")
    proof.note(f"{cells} cells of CSV")


def document(proof, world, conversation, title):
    """As Markdown every name is on one line and means nothing; as JSON it is what it was."""
    reply = world.bob.request("GET", f"/conversations/{conversation}/export?format=md")
    lines = reply.body.split("\n")
    heading = [line for line in lines if line.startswith("# ")]
    proof.check(len(heading) == 1 and lines[0] == heading[0], f"{title!r} makes headings: {heading}")
    named = [line for line in lines if line.startswith("### ")]
    for line in [lines[0][2:], *[line[4:] for line in named]]:
        proof.check(not MEANT.search(line), f"{title!r} means something in Markdown: {line!r}")
        proof.check(not re.search(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]", line), f"{title!r} has marks in it: {line!r}")
    proof.check(not any(line.startswith("# not a heading") for line in lines), f"{title!r} ends its line")
    proof.check(f'filename="conversation-{conversation}.md"' in reply.headers.get("content-disposition", ""), f"{title!r} names the file")
    whole = world.bob.request("GET", f"/conversations/{conversation}/export?format=json")
    proof.check(whole.body["title"] == title and whole.headers.get("content-type", "").startswith("application/json"), f"{title!r} is {whole.body['title']!r} in JSON")
    for reply in (reply, whole):
        proof.check(reply.headers.get("content-disposition", "").startswith("attachment") and reply.headers.get("x-content-type-options") == "nosniff", f"{title!r} may be shown in the page")


def snapshot(proof, world, conversation, title):
    """Behind a link stands the text and nothing of the person: no instructions, prices, ids."""
    token = world.expect_ok(world.bob.request("POST", f"/conversations/{conversation}/shares", {})).body["token"]
    reply = world.nobody.request("GET", f"/shared/{token}")
    text = json.dumps(reply.body)
    proof.check(reply.ok and reply.body["transcript"]["title"] == title, f"{title!r} is not shown: {reply.status}")
    proof.check(reply.body["transcript"]["system_prompt"] == "", f"{title!r} shows the instructions")
    for word in (conversation, world.bob.id, "bob@example.com", "cost", "micro_usd", "tokens"):
        proof.check(word not in text, f"a shared link shows {word}")
    proof.check("noindex" in reply.headers.get("x-robots-tag", "") and "no-store" in reply.headers.get("cache-control", ""), "a shared link may be kept")


def snapshots_of_others(proof, world):
    """A link works for whoever has all of it, and for nobody else."""
    conversation = world.asked(world.bob)[0]
    made = world.expect_ok(world.bob.request("POST", f"/conversations/{conversation}/shares", {})).body
    token, share = made["token"], made["share"]["id"]
    proof.check(len(token) >= 43, "the secret of a link is short")
    for guess in (token[:-1], token + "x", token.swapcase(), share, conversation, "", "null", "%00", "..", "*", "' OR 1=1"):
        reply = world.nobody.request("GET", f"/shared/{guess.replace(' ', '%20')}")
        proof.check(reply.status in (404, 405), f"a shared link by {guess[:12]!r}: {reply.status}")
    proof.check(world.eve.request("DELETE", f"/shares/{share}").status == 404, "another took a link back")
    proof.check(token not in json.dumps(world.bob.get(f"/conversations/{conversation}/shares")), "the secret of a link is shown again")
    world.expect_ok(world.bob.request("DELETE", f"/shares/{share}"))
    proof.check(world.nobody.request("GET", f"/shared/{token}").status == 404, "a link that was taken back works")

"""The tables of docs/security.md are whole and true: every item and attack has its line, and every test named there exists."""
import pathlib
import re

from world import Proof

DOCS = pathlib.Path(__file__).resolve().parent.parent.parent / "docs"
# The items of ASVS 5.0 that concern a program like this one.
ITEMS = """
1.2.10 1.3.4 1.3.5 1.3.6 1.3.12 1.5.3 2.3.1-2.3.4 2.4.1 3.2.1 3.3.1-3.3.4 3.4.1-3.4.8 3.5.1-3.5.3 3.5.8 4.1.1 4.1.3 4.1.4 4.2.1 4.4.1-4.4.4
5.2.1-5.2.6 5.3.2-5.3.3 5.4.1-5.4.2 6.1.1 6.2.1-6.2.12 6.3.1 6.3.2 6.3.4 6.3.8 6.4.1 7.2.3-7.2.4 7.3.1-7.3.2 7.4.1-7.4.3 7.4.5 8.2.1-8.2.3 8.3.2
9.1.1-9.1.3 9.2.1-9.2.3 10.4.5 10.4.8 11.3.2-11.3.4 11.5.1 13.1.3 13.2.6 13.3.1-13.3.4 14.2.1 14.3.2 15.2.2 15.3.1-15.3.4 15.4.2
16.2.5 16.3.1-16.3.3 16.4.1 16.5.1-16.5.4
"""
ATTACKS = "A01 A03 A04 A05 A06 A08 A09 A11 A12 A15 A16 A17 A19 A22 A24 A25 A26 A28 A29 A31"


def mapped(_binary):
    proof, text = Proof("every item and attack is mapped to a test that exists"), (DOCS / "security.md").read_text()
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")]
    items = {item for row in rows for item in spread(row[0])}
    for item in spread(ITEMS):
        proof.check(item in items, f"ASVS {item} has no line")
    named = " ".join(row[0] for row in rows)
    for attack in ATTACKS.split():
        proof.check(attack in named, f"{attack} has no line")
    for row in rows:
        links = re.findall(r"\]\(([^)#]+)\)", row[-1])
        for link in links:
            proof.check((DOCS / link).exists(), f"{row[0].strip()}: {link} is not there")
        # `a_name…` or `a name` in [`file`](path): a test, whose name may be cut.
        for name, link in re.findall(r"[`\"]([^`\"]+)[`\"] in \[`[^`]+`\]\(([^)]+)\)", row[-1]):
            found = (DOCS / link).read_text() if (DOCS / link).exists() else ""
            proof.check(all(part in found for part in name.split("…")), f"{row[0].strip()}: there is no {name} in {link}")
    proof.note(f"{len(items)} items, {len(ATTACKS.split())} attacks")
    return proof


def spread(text):
    """Every item of a list in which 6.2.1-6.2.12 and 9.1.1-9.2.3 stand for all between."""
    for first, last in re.findall(r"(\d+\.\d+\.\d+)(?:[-–](\d+\.\d+\.\d+))?", text):
        begin = [int(number) for number in first.split(".")]
        end = [int(number) for number in last.split(".")] if last else begin
        for chapter in range(begin[1], end[1] + 1):
            low = begin[2] if chapter == begin[1] else 1
            high = end[2] if chapter == end[1] else 20
            for number in range(low, high + 1):
                yield f"{begin[0]}.{chapter}.{number}"

#!/usr/bin/env python3
"""The fault suite: kills, freezes, cuts and starves real processes, and proves that Quorum keeps its promises.

run.py --binary target/debug/quorum [--size smoke|full] [--store embedded|scale|both] [--only WORDS] [--jobs N]
Prints one table at the end; the exit code is that of the worst line. Standard library only.
"""
import argparse
import concurrent.futures
import pathlib
import shutil
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scenarios  # noqa: E402
from processes import Postgres  # noqa: E402
from stage import EMBEDDED, SCALE, SCENARIOS, Stage, title  # noqa: E402

COLUMNS = ("accepted", "lost", "doubled", "extra")


class Line:
    """The outcome of one scenario in one store."""

    def __init__(self, function, store):
        self.name, self.store = title(function), store
        self.figures, self.complaints, self.notes, self.told, self.seconds, self.folder = {}, [], [], [], 0.0, ""

    @property
    def verdict(self):
        return "FAIL" if self.complaints else "pass"


def play(function, store, arguments):
    line, begun = Line(function, store), time.monotonic()
    stage = Stage(store, arguments.size, arguments.binary)
    try:
        function(stage)
    except Exception as error:  # A scenario that breaks is a failure, and the others go on.
        stage.complaints.append(f"{type(error).__name__}: {error}")
        if not isinstance(error, TimeoutError):
            stage.notes.append(traceback.format_exc(limit=-3))
    finally:
        stage.close()
    line.figures, line.complaints, line.notes, line.told = stage.figures, stage.complaints, stage.notes, stage.told
    line.seconds = time.monotonic() - begun
    if line.complaints:
        line.folder = stage.root
    else:
        shutil.rmtree(stage.root, ignore_errors=True)
    tell(line)
    return line


def tell(line):
    print(f"{line.verdict}  {line.name} [{line.store}] {line.seconds:.0f} s", flush=True)
    for figure in line.told:
        print(f"      {figure}", flush=True)
    for complaint in line.complaints[:8]:
        print(f"      {complaint}", flush=True)
    if line.complaints:
        for note in line.notes:
            print("      " + note.replace("\n", "\n      "), flush=True)
        print(f"      logs: {line.folder}", flush=True)


def table(lines):
    print(f"\n{'scenario':78} {'store':8} {'accepted':>8} {'lost':>5} {'doubled':>7} {'extra':>5} {'recovery':>9}  verdict")
    for line in lines:
        numbers = [f"{line.figures[name]}" if name in line.figures else "-" for name in COLUMNS]
        recovery = f"{line.figures['recovery']:.1f} s" if "recovery" in line.figures else "-"
        print(f"{line.name[:78]:78} {line.store:8} {numbers[0]:>8} {numbers[1]:>5} {numbers[2]:>7} {numbers[3]:>5} {recovery:>9}  {line.verdict}")
    failed = sum(line.verdict != "pass" for line in lines)
    print(f"\n{len(lines) - failed} passed, {failed} failed")
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--size", choices=("smoke", "full"), default="smoke")
    parser.add_argument("--store", choices=(EMBEDDED, SCALE, "both"), default="both")
    parser.add_argument("--only", default="", help="words of the scenario's name")
    parser.add_argument("--jobs", type=int, default=4, help="scenarios at once")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    arguments.binary = str(pathlib.Path(arguments.binary).resolve())
    chosen = [
        (function, store, alone) for function, store, alone in SCENARIOS
        if arguments.store in (store, "both") and arguments.only.replace(" ", "_") in function.__name__
    ]
    if arguments.list or not chosen:
        print("\n".join(f"{store:8} {title(function)}" for function, store, _ in chosen) or "no scenario has that name")
        raise SystemExit(0 if chosen else 2)
    try:
        perform(chosen, arguments)
    finally:
        Postgres.close_common()


def perform(chosen, arguments):
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        waiting = [pool.submit(play, function, store, arguments) for function, store, alone in chosen if not alone]
        lines = [future.result() for future in waiting]
    lines += [play(function, store, arguments) for function, store, alone in chosen if alone]
    lines.sort(key=lambda line: line.name)
    failed = table(lines)
    print(f"{time.monotonic() - begun:.0f} s in all; size {arguments.size}")
    raise SystemExit(failed > 0)


if __name__ == "__main__":
    assert scenarios
    main()

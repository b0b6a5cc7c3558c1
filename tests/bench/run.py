#!/usr/bin/env python3
"""Compares a turn through the product with a bare fan-out to the same simulator, in one run.

run.py --binary target/release/quorum [--turns 60]
Both ask three models at once, over HTTP on loopback, one turn after another. The product's times
are its own timestamps: from the accepted message to the first text and to the last answer.
"""
import argparse
import datetime
import json
import pathlib
import statistics
import sys
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "client"))
from quorum_client import Person, start_fleet, start_product  # noqa: E402

MODELS = ["demo-aria", "demo-bolt", "demo-cedar"]


def bare_turn(origin, question):
    begun, firsts, lasts = time.perf_counter(), [], []

    def ask(model):
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": question}]}
        request = urllib.request.Request(f"{origin}/compatible/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"})
        first = None
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as reply:
            for line in reply:
                if first is None and b'"content":"' in line and b'"content":""' not in line:
                    first = time.perf_counter() - begun
        firsts.append(first)
        lasts.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=ask, args=(model,)) for model in MODELS]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return min(firsts) * 1000, max(lasts) * 1000


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


def quorum_turn(ada, conversation, services, question):
    batch = ada.ask(conversation, question, services)
    state = ada.wait_for(batch)
    begun = moment(state["created_at"])
    return (
        min(moment(answer["first_token_at"]) for answer in state["responses"]) - begun,
        max(moment(answer["finished_at"]) for answer in state["responses"]) - begun,
    )


def row(name, values, floor):
    ordered = sorted(values)
    p50, p95 = statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    ratio = f"{p50 / floor:5.2f}x" if floor else "    1x"
    print(f"{name:44} {p50:8.1f} {p95:8.1f}   {ratio}")
    return p50


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--turns", type=int, default=60)
    options = arguments.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    fleet, origin = start_fleet(binary, "--first-token-ms", "200")
    product, address = start_product(binary, demo__enabled="false", providers__allowed_private_hosts=f'["{origin.removeprefix("http://")}"]')
    try:
        ada = Person(address).register()
        services = [ada.add_service(model, "openai_compatible", f"{origin}/compatible/v1", model) for model in MODELS]
        conversation = ada.call("POST", "/conversations", {"judging_policy": "off"})["id"]
        bare, through = [], []
        for number in range(options.turns):
            bare.append(bare_turn(origin, f"question {number}"))
            through.append(quorum_turn(ada, conversation, services, f"question {number}"))
        print(f"\n{options.turns} turns, three models that begin after 200 ms; milliseconds")
        print(f"{'':44} {'p50':>8} {'p95':>8}   p50 to the bare fan-out")
        first = row("bare fan-out: first token", [first for first, _ in bare], 0)
        row("Quorum: first token", [first for first, _ in through], first)
        last = row("bare fan-out: last answer", [last for _, last in bare], 0)
        row("Quorum: last answer saved", [last for _, last in through], last)
        memory = sum(int(line.split()[1]) for line in open(f"/proc/{product.pid}/smaps_rollup") if line.startswith("Pss:"))
        print(f"memory of the product (PSS): {memory / 1024:.0f} MiB; binary: {pathlib.Path(binary).stat().st_size / 2**20:.0f} MiB\n")
    finally:
        product.terminate()
        fleet.terminate()
        product.wait()


main()

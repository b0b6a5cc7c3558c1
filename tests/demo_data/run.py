#!/usr/bin/env python3
"""Puts real questions through the whole system over HTTP; the fleet plays back real answers.

run.py --binary target/debug/quorum
The folder with the questions is found by QUORUM_DATA; without it our own questions are asked.
Prints one table and ends with `N passed, N failed`.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "client"))
from quorum_client import Person, Tally, start_fleet, start_product  # noqa: E402

FORMATS = [
    ("anthropic", "/anthropic"),
    ("openai", "/openai/v1"),
    ("gemini", "/gemini/v1beta"),
    ("openai_responses", "/openai/v1"),
    ("openai_compatible", "/compatible/v1"),
]
# Some services stumble on the way; every question must end all the same.
FAULTS = ["", "+429x1", "+splitutf8+crlf", "+500x1", "+thinking"]


def questions():
    folder = os.environ.get("QUORUM_DATA")
    path = pathlib.Path(folder) / "vicuna80.dev.jsonl" if folder else None
    if path and path.is_file():
        print(f"questions: {path.name}")
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        return path, [(line["prompt"], list(line["answers"])) for line in lines]
    print("QUORUM_DATA is not set or has no vicuna80.dev.jsonl: asking the questions of the demo instead")
    path = here.parent.parent / "src/fleet/demo/playbook.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return path, [(line["question"], list(line["answers"])) for line in lines]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--binary", required=True)
    binary = str(pathlib.Path(arguments.parse_args().binary).resolve())
    path, asked = questions()
    models = sorted(set.intersection(*(set(names) for _, names in asked)))[:5]
    fleet, fleet_origin = start_fleet(binary, "--playbook", str(path), "--first-token-ms", "60", "--tokens-per-second", "900")
    host = fleet_origin.removeprefix("http://")
    product, origin = start_product(binary, demo__enabled="false", providers__allowed_private_hosts=f'["{host}"]')
    tally = Tally()
    try:
        ada = Person(origin).register()
        services = []
        for number, model in enumerate(models):
            service_type, mount = FORMATS[number % len(FORMATS)]
            services.append(ada.add_service(
                model, service_type, fleet_origin + mount, model + FAULTS[number % len(FAULTS)], key="fleet-key", judge=False,
                input_price_micro_usd=1_000_000, output_price_micro_usd=2_000_000,
            ))
        judge = ada.add_service("judge", "openai", fleet_origin + "/openai/v1", "demo-judge", key="fleet-key", contestant=False)
        assert judge
        conversations = [ada.call("POST", "/conversations", {}) for _ in asked]
        batches = []
        for (question, _), conversation in zip(asked, conversations):
            count = 3 + len(batches) % max(1, len(services) - 2)
            batches.append((question, ada.ask(conversation["id"], question, services[:count]), count))
        rows = []
        for question, batch, count in batches:
            state = ada.wait_for(batch)
            check(tally, ada, question, state, count)
            rows.append((question, state))
        table(rows)
    finally:
        product.terminate()
        fleet.terminate()
        product.wait()
    tally.close()


def check(tally, ada, question, state, count):
    name = question[:50]
    answers = state["responses"]
    tally.check(f"{name}: final", state["status"] == "COMPLETED" and len(answers) == count, state["status"])
    for answer in answers:
        who = f"{name}: {answer['service_name']}"
        tally.check(f"{who} answered", answer["status"] == "completed", answer.get("error"))
        tally.check(f"{who} summary", answer["summary"] and len(answer["summary"].split()) <= 50, answer["summary"])
        tally.check(f"{who} reasoning", answer["reasoning"] and len(answer["reasoning"].split()) <= 20, answer["reasoning"])
        tally.check(f"{who} ranked", answer["rank"] is not None and answer["ranking_score"] is not None)
    tally.check(f"{name}: judged", state["ranking_method"] == "judge" and state["judges_voted"] == 1, state["ranking_note"])


def table(rows):
    print(f"\n{'question':52} answered  attempts  summary words  first  status")
    for question, state in rows:
        answers = state["responses"]
        attempts = sum(answer["attempt"] for answer in answers)
        words = statistics.mean(len((answer["summary"] or "").split()) for answer in answers)
        best = min(answers, key=lambda answer: answer["rank"] or 99)
        line = question.replace("\n", " ")[:50]
        print(f"{line:52} {state['answered_responses']}/{len(answers):<7} {attempts:<9} {words:<14.0f} {best['service_name'][:12]:<12} {state['status']}")
    print()


main()

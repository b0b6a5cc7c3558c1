#!/usr/bin/env python3
"""Ten questions through a real, very small model: as two services, and as the judge.

check.py BINARY MODEL_PORT
What it writes is often wrong and its JSON is often broken; limits, repair and fallback must hold
all the same. Ends with `N passed, N failed`.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "client"))
from quorum_client import Person, Tally, start_product  # noqa: E402

QUESTIONS = [
    "What is the capital of France?",
    "Explain in two sentences what a message queue is.",
    "Name three uses of a spreadsheet.",
    "Why is the sky blue?",
    "Write one polite sentence that declines a meeting.",
    "What is 17 plus 25?",
    "Give a short definition of inflation.",
    "What does a compiler do?",
    "Name two differences between tea and coffee.",
    "How do plants make energy?",
]


def main():
    binary, port = sys.argv[1:3]
    product, origin = start_product(binary, demo__enabled="false", providers__allowed_private_hosts=f'["127.0.0.1:{port}"]')
    tally = Tally()
    methods = {}
    try:
        ada = Person(origin).register()
        address = f"http://127.0.0.1:{port}/v1"
        more = {"tiny": True, "context_window": 4096}
        services = [
            ada.add_service("Small, calm", "openai_compatible", address, "smollm2-135m-instruct", temperature=0.2, judge=False, max_output_tokens=80, **more),
            ada.add_service("Small, lively", "openai_compatible", address, "smollm2-135m-instruct", temperature=1.0, judge=False, max_output_tokens=80, **more),
        ]
        ada.add_service("Small judge", "openai_compatible", address, "smollm2-135m-instruct", contestant=False, max_output_tokens=220, **more)
        for question in QUESTIONS:
            conversation = ada.call("POST", "/conversations", {"judging_policy": "judge"})
            state = ada.wait_for(ada.ask(conversation["id"], question, services), 600)
            methods[state["ranking_method"]] = methods.get(state["ranking_method"], 0) + 1
            check(tally, ada, question, state)
        print("ranked by:", methods)
    finally:
        product.terminate()
        product.wait()
    tally.close()


def check(tally, ada, question, state):
    tally.check(f"{question} final", state["status"] == "COMPLETED", state["status"])
    for answer in state["responses"]:
        tally.check(f"{question} answered", answer["status"] == "completed" and answer["tiny"], answer["error"])
        whole = ada.call("GET", f"/responses/{answer['id']}")["expanded_content"]
        tally.check(f"{question} has text and usage", whole.strip() and answer["usage"]["output_tokens"] > 0, whole)
        tally.check(f"{question} summary", answer["summary"] and len(answer["summary"].split()) <= 50, answer["summary"])
        tally.check(f"{question} reasoning", len((answer["reasoning"] or "").split()) <= 20, answer["reasoning"])
        tally.check(f"{question} ordered", answer["rank"] is not None or state["answered_responses"] < 2, answer["rank"])
    ballots = ada.call("GET", f"/batches/{state['id']}/ballots")["items"]
    for ballot in ballots:
        tally.check(f"{question} ballot", ballot["status"] in ("voted", "void") and ballot["raw_reply"], ballot["status"])
        tally.check(f"{question} void ballots are not counted", (ballot["status"] == "voted") == (state["judges_voted"] == 1))
    first = min(state["responses"], key=lambda answer: answer["rank"] or 99)
    print(f"{question:52} {state['ranking_method']:6} {[ballot['status'] for ballot in ballots]} first: {first['service_name']}")


main()

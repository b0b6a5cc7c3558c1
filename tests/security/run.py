#!/usr/bin/env python3
"""The security proofs: what an attacker would try against the running product, counted.

run.py --binary target/debug/quorum [--only WORD]
Prints one line a proof; the exit code is 1 when one of them failed.
"""
import argparse
import concurrent.futures
import pathlib
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from access_tokens import access_tokens  # noqa: E402
from contract import contract  # noqa: E402
from cross_site import cross_site  # noqa: E402
from exports import exports  # noqa: E402
from extra_fields import extra_fields  # noqa: E402
from dependencies import dependencies  # noqa: E402
from guessing import guessing  # noqa: E402
from headers import headers  # noqa: E402
from injection import injection  # noqa: E402
from mapped import mapped  # noqa: E402
from ownership import ownership  # noqa: E402
from raw_requests import raw_requests  # noqa: E402
from rights_end import rights_end  # noqa: E402
from secrets_kept import secrets_kept  # noqa: E402
from sizes import sizes  # noqa: E402
from slow_clients import slow_clients  # noqa: E402
from uploads import uploads  # noqa: E402
from world import Proof  # noqa: E402

PROOFS = [contract, ownership, access_tokens, extra_fields, cross_site, secrets_kept, headers, raw_requests, sizes, guessing, rights_end, uploads, exports, injection, mapped, dependencies]
# Half a minute of waiting, which the others need not wait for.
BESIDE = [slow_clients]


def perform(function, binary):
    begun = time.monotonic()
    try:
        proof = function(binary)
    except Exception:  # A proof that breaks has failed, and the others go on.
        proof = Proof(function.__name__)
        proof.check(False, traceback.format_exc(limit=-9))
    verdict = "FAIL" if proof.complaints else "pass"
    notes = "".join(f"; {note}" for note in proof.notes)
    print(f"{verdict}  {proof.name}: {proof.tried} tries, {len(proof.complaints)} failed{notes} ({time.monotonic() - begun:.0f} s)", flush=True)
    for complaint in proof.complaints[:40]:
        print(f"      {complaint}", flush=True)
    return not proof.complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    binary = str(pathlib.Path(arguments.binary).resolve())
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        beside = [pool.submit(perform, function, binary) for function in BESIDE if arguments.only in function.__name__]
        done = [perform(function, binary) for function in PROOFS if arguments.only in function.__name__]
        done += [future.result() for future in beside]
    print(f"{sum(done)} passed, {len(done) - sum(done)} failed")
    raise SystemExit(not (done and all(done)))


if __name__ == "__main__":
    main()

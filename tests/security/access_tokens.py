"""JWTs that nobody gave out: another algorithm, key, audience or time, and keys that a token brings or points to."""
import base64
import hashlib
import hmac
import json
import time
import uuid

from ownership import refusal
from world import PASSWORD, Proof, World


def access_tokens(binary):
    proof, world = Proof("an access token that we did not give out is none"), World(binary)
    try:
        good = world.by_jwt("eve@example.com").token
        proof.check(world.nobody.request("GET", "/auth/me", authorization=f"Bearer {good}").ok, "a good access token is refused")
        tried = bent(proof, world, good)
        for token in tried:
            for path in ("/auth/me", "/admin/users"):
                reply = world.nobody.request("GET", path, authorization=f"Bearer {token}")
                proof.check(reply.status in (400, 401), f"an access token {token[:80]}… is taken for {path}: {reply.status}")
        for token in tried[::40]:
            proof.check(refusal(world, "/ws/user", None, authorization=f"Bearer {token}") == 401, f"a socket by an access token {token[:80]}…")
        refreshing(proof, world)
        proof.note(f"{len(tried)} bent access tokens")
    finally:
        world.close()
    return proof


def bent(proof, world, good):
    """A good token, bent in every known way."""
    header, claims, signature = good.split(".")
    known, named = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (claims, header))
    proof.check(not {"role", "scope", "email", "name"} & set(known), f"an access token tells {sorted(known)}")
    now = int(time.time())
    changes = {
        "another user": {"sub": world.ada.id}, "another sign-in": {"sid": str(uuid.uuid4())}, "longer": {"exp": now + 10**6}, "past": {"exp": now - 1},
        "no end": {"exp": None}, "another audience": {"aud": "another"}, "two audiences": {"aud": [known["aud"], "another"]}, "another issuer": {"iss": "https://evil.example"},
        "a role": {"role": "admin"}, "later": {"nbf": now + 10**6},
    }
    tried = [f"{header}.{part({**known, **change})}.{signature}" for change in changes.values()]
    secrets = (b"", b"secret", b"quorum", b"changeme", b"0" * 32, b"\0" * 32, named.get("kid", "").encode(), json.dumps(known).encode())
    heads = [{**named, "alg": alg} for alg in ("none", "None", "NONE", "nOnE", "", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", None)]
    heads += [{**named, "kid": kid} for kid in ("", "../../../../dev/null", "/dev/null", "file:///dev/null", "http://127.0.0.1/key", "' UNION SELECT 'x", "0", None, 7, "x" * 10_000)]
    heads += [{**named, "jku": "https://evil.example/keys"}, {**named, "x5u": "https://evil.example/key.pem"}, {**named, "jwk": {"kty": "oct", "k": "c2VjcmV0"}},
              {**named, "x5c": ["MIIB"]}, {**named, "crit": ["exp"]}, {**named, "typ": "JWT"}, {**named, "typ": None}, {**named, "zip": "DEF"}, {**named, "b64": False}]
    for head in heads:
        body = f"{part(head)}.{part(known)}"
        tried += [f"{body}.", f"{body}.{signature}", body]
        tried += [f"{body}.{encoded(hmac.new(secret, body.encode(), hashlib.sha256).digest())}" for secret in secrets]
    tried += [f"{header}.{claims}.", f"{header}.{claims}", f"{header}.{claims}.{signature[:-4]}AAAA", f"{header}.{claims}.{signature}.x", f".{claims}.{signature}", "..", f"{good}\t{good}"]
    return tried


def refreshing(proof, world):
    """A refresh token works once; one that comes back ends the whole sign-in."""
    pair = world.expect_ok(world.nobody.request("POST", "/auth/token", {"email": "eve@example.com", "password": PASSWORD})).body
    fresh = world.expect_ok(world.nobody.request("POST", "/auth/refresh", {"refresh_token": pair["refresh_token"]})).body
    again = world.nobody.request("POST", "/auth/refresh", {"refresh_token": pair["refresh_token"]})
    ended = [world.nobody.request("GET", "/auth/me", authorization=f"Bearer {one['access_token']}").status for one in (pair, fresh)]
    proof.check((again.status, ended) == (401, [401, 401]), f"a refresh token used twice: {again.status}, and its sign-in {ended}")
    proof.check(world.nobody.request("GET", "/auth/me", authorization=f"Bearer {pair['refresh_token']}").status == 401, "a refresh token is taken for an access token")


def part(value):
    return encoded(json.dumps(value, separators=(",", ":")).encode())


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

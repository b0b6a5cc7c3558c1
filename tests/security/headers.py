"""The headers that keep a page safe are on every reply of every kind, and cookies have every attribute."""
import shutil
import tempfile
import urllib.error
import urllib.request

from described import operations
from world import EMBEDDED, PASSWORD, Caller, Cluster, Proof, World

ALWAYS = {
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin", "x-frame-options": "DENY",
}
POLICY = ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "connect-src 'self'")
PAGES = ("/", "/sign-in", "/c/anything", "/api/docs/", "/api/redoc", "/openapi.json", "/health/live", "/health/ready", "/api/v1/nothing", "/assets/nothing.js")


def headers(binary):
    proof, world = Proof("every reply carries the headers that keep it safe"), World(binary)
    try:
        try_all(proof, world)
    finally:
        world.close()
    for secure in ("false", "true"):
        try_cookies(proof, binary, secure)
    return proof


def try_all(proof, world):
    for path in PAGES:
        check(proof, path, fields(f"{world.origin}{path}"))
    for operation in operations(world.openapi()):
        person = world.ada if operation.admin else world.bob
        if operation.ends_sessions:
            continue
        for who in (person, world.nobody):
            reply = who.request(operation.method, operation.at(*world.ids_for(operation)), world.body_for(operation))
            check(proof, f"{operation}: {reply.status}", reply.headers)
            if not operation.public or operation.changes:
                # Images are asked for anew each time; a stream is over when it was read.
                again = {"get_attachment": "no-cache"}.get(operation.name, "no-cache" if "text/event-stream" in reply.headers.get("content-type", "") else "no-store")
                kept = reply.headers.get("cache-control", "")
                proof.check("no-store" in kept or again in kept, f"{operation} may be kept: {kept}")
        world.take_back(operation, person)


def fields(url):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as reply:
            return reply.headers
    except urllib.error.HTTPError as error:
        return error.headers


def check(proof, what, found):
    for name, value in ALWAYS.items():
        proof.check(found.get(name) == value, f"{what}: {name} is {found.get(name)}")
    policy = found.get("content-security-policy", "")
    # What somebody brought in is shown under a policy of its own, which allows nothing at all.
    for rule in () if "default-src 'none'" in policy and "sandbox" in policy else POLICY:
        proof.check(rule in policy, f"{what}: the policy lacks {rule}")
    script = next((part for part in policy.split(";") if part.strip().startswith("script-src")), "")
    proof.check("unsafe" not in script, f"{what}: {script}")
    for name in ("server", "x-powered-by"):
        proof.check(name not in found, f"{what} tells {found.get(name)}")


def try_cookies(proof, binary, secure):
    """The session's cookie has every attribute, is bound to the host behind TLS, and ends as it began."""
    folder = tempfile.mkdtemp(prefix="quorum-security-")
    cluster = Cluster(EMBEDDED, binary, folder, server__secure_cookies=secure).start()
    try:
        person = Caller([cluster.apis[0].origin], [])
        begun = person.request("POST", "/auth/register", {"name": "Ada", "email": "ada@example.com", "password": PASSWORD})
        given = begun.headers.get("set-cookie", "")
        for word in ["HttpOnly", "SameSite=", "Path=/"] + (["Secure", "__Host-"] if secure == "true" else []):
            proof.check(word in given, f"secure {secure}: the cookie lacks {word}")
        proof.check("domain" not in given.lower(), "the cookie names a domain")
        person.csrf = begun.body["csrf_token"]
        ended = person.request("POST", "/auth/logout", cookie=given.split(";")[0]).headers.get("set-cookie", "")
        proof.check(attributes(ended) == attributes(given) and "Max-Age=0" in ended, f"the cookie begins with {attributes(given)} and ends with {attributes(ended)}")
    finally:
        cluster.close()
        shutil.rmtree(folder, ignore_errors=True)


def attributes(cookie):
    name, *parts = cookie.split(";")
    return {name.split("=")[0], *(part.strip() for part in parts if not part.strip().lower().startswith(("max-age", "expires")))}

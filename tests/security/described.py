"""The description of the API as the proofs read it: operations, their ids, and the smallest valid bodies."""
import json
import re

ENDING = ("/auth/logout", "/auth/password", "/auth/reset", "/auth/refresh")
METHODS = ("get", "put", "post", "patch", "delete")


class Operation:
    """One method of one path."""

    def __init__(self, description, path, method, body):
        self.description, self.path, self.method = description, path.removeprefix("/api/v1"), method.upper()
        self.name = body["operationId"]
        self.ids = re.findall(r"{(\w+)}", path)
        self.tags = body.get("tags", [])
        self.public = body.get("security") == [{}]
        self.admin = self.path.startswith("/admin/")
        # What ends the session that the other operations are tried with has its tests at the front door.
        self.ends_sessions = self.path in ENDING or (method == "delete" and self.path.startswith("/auth/sessions"))
        # The way to an account elsewhere and back has its tests at the front door.
        self.leads_elsewhere = "303" in body["responses"]
        self.changes = method != "get"
        self.parameters = {parameter["name"]: parameter for parameter in body.get("parameters", []) if parameter["in"] == "query"}
        content = body.get("requestBody", {}).get("content", {})
        self.body_schema = content.get("application/json", {}).get("schema")
        self.statuses = set(body["responses"])
        # What is sent for as long as somebody listens: only its beginning is looked at.
        self.streams = "text/event-stream" in body["responses"].get("200", {}).get("content", {})

    def __str__(self):
        return f"{self.method} {self.path}"

    def kinds(self):
        """What each id of the path is the id of: the segment before it."""
        return [segment for segment, following in zip(self.path.split("/"), self.path.split("/")[1:]) if following.startswith("{")]

    def at(self, *ids):
        """The path with these ids, and with what a query must have."""
        path = self.path
        for name, value in zip(self.ids, ids):
            path = path.replace("{" + name + "}", value)
        needed = [f"{name}={VALUES.get(name, 'x')}" for name, parameter in self.parameters.items() if name in VALUES or parameter.get("required")]
        return path + ("?" + "&".join(needed) if needed else "")

    def fields(self):
        """The names that the body knows."""
        return set(_properties(self.description, self.body_schema)) if self.body_schema else set()

    def body(self, **more):
        """The smallest body that the schema allows, with `more` in it where the schema knows the name."""
        if self.body_schema is None:
            return None
        smallest = _smallest(self.description, self.body_schema)
        return {**smallest, **{name: value for name, value in more.items() if name in self.fields()}}


VALUES = {"q": "canary", "group_by": "day", "format": "json"}


def operations(text):
    """Every operation under /api/v1, reading ones first, deleting ones last."""
    description = json.loads(text)
    found = [
        Operation(description, path, method, item[method])
        for path, item in description["paths"].items() if path.startswith("/api/v1")
        for method in METHODS if method in item
    ]
    return sorted(found, key=lambda operation: ("GET", "PATCH", "PUT", "POST", "DELETE").index(operation.method))


def _resolved(description, schema):
    while "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _properties(description, schema):
    schema = _resolved(description, schema)
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []) + schema.get("oneOf", []) + schema.get("anyOf", []):
        found.update(_properties(description, part))
    return found


def _smallest(description, schema):
    schema = _resolved(description, schema)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "allOf" in schema:
        whole = {}
        for part in schema["allOf"]:
            whole.update(_smallest(description, part))
        return whole
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return _smallest(description, schema[choice][0])
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        known = schema.get("properties", {})
        return {name: _smallest(description, known[name]) for name in schema.get("required", [])}
    if kind == "string":
        return {"uuid": "00000000-0000-7000-8000-000000000000", "date-time": "2030-01-01T00:00:00Z"}.get(schema.get("format"), "text" * 3)
    return {"array": [], "boolean": True, "integer": schema.get("minimum", 1), "number": 1.0}.get(kind)

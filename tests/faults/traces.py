"""A collector of traces for the tests (OTLP over HTTP, protobuf): keeps name, trace and parent of every span."""
import http.server
import threading


def fields(data):
    """The fields of a protobuf message as (number, value)."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
    while at < len(data):
        key = varint()
        kind = key & 7
        if kind == 0:
            yield key >> 3, varint()
        elif kind == 2:
            length = varint()
            yield key >> 3, data[at:at + length]
            at += length
        else:
            length = 8 if kind == 1 else 4
            yield key >> 3, data[at:at + length]
            at += length


def inside(messages, number):
    return [value for message in messages for found, value in fields(message) if found == number]


class Collector:
    """Listens on a port of its own; `spans` is what came."""

    def __init__(self):
        collector = self
        self.spans, self.raw = [], b""

        class Taker(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                collector.take(self.rfile.read(int(self.headers.get("content-length", 0))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, body):
        """ExportTraceServiceRequest > ResourceSpans (1) > ScopeSpans (2) > Span (2)."""
        self.raw += body
        for span in inside(inside(inside([body], 1), 2), 2):
            known = dict(fields(span))
            self.spans.append({
                "trace": known.get(1, b"").hex(), "id": known.get(2, b"").hex(),
                "parent": known.get(4, b"").hex(), "name": known.get(5, b"").decode(),
            })

    def named(self, name):
        return [span for span in self.spans if span["name"] == name]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

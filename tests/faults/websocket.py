"""The smallest WebSocket client that a scenario needs (RFC 6455): text, ping, close."""
import base64
import os
import socket
import struct


class Closed(Exception):
    """The socket is closed; `code` is that of the close frame, or 0 without one."""

    def __init__(self, code=0, reason=""):
        super().__init__(f"closed with {code} {reason}")
        self.code = code


class Refused(Exception):
    """The server did not upgrade; `status` is what it said instead."""

    def __init__(self, status):
        super().__init__(f"not upgraded: {status}")
        self.status = status


class WebSocket:
    """One connection."""

    def __init__(self, host, port, path, headers=None, timeout=10.0, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.rest = b""
        try:
            self.socket.connect((host, port))
            self._shake_hands(host, port, path, headers or {})
        except BaseException:
            self.socket.close()
            raise

    def _shake_hands(self, host, port, path, headers):
        key = base64.b64encode(os.urandom(16)).decode()
        head = {
            "Host": f"{host}:{port}", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key, "Origin": f"http://{host}:{port}", **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self._more()
        reply, self.rest = self.rest.split(b"\r\n\r\n", 1)
        status = int(reply.split(b" ", 2)[1])
        if status != 101:
            raise Refused(status)

    def _more(self):
        piece = self.socket.recv(65_536)
        if not piece:
            raise Closed()
        self.rest += piece

    def _take(self, count):
        while len(self.rest) < count:
            self._more()
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def _frame(self):
        head = self._take(2)
        length = head[1] & 0x7F
        if length == 126:
            length = struct.unpack(">H", self._take(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self._take(8))[0]
        return head[0] & 0x0F, head[0] & 0x80, self._take(length)

    def receive(self, timeout=None):
        """The next text; raises `Closed`, or `TimeoutError` when nothing comes."""
        if timeout is not None:
            self.socket.settimeout(timeout)
        text = b""
        while True:
            kind, last, payload = self._frame()
            if kind == 0x8:
                code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
                raise Closed(code, payload[2:].decode(errors="replace"))
            if kind == 0x9:
                self._send(0xA, payload)
            elif kind in (0x0, 0x1):
                text += payload
                if last:
                    return text.decode()

    def _send(self, kind, payload):
        mask = os.urandom(4)
        length = len(payload)
        head = bytes([0x80 | kind])
        head += bytes([0x80 | length]) if length < 126 else bytes([0xFE]) + struct.pack(">H", length)
        self.socket.sendall(head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)))

    def close(self):
        try:
            self.socket.close()
        except OSError:
            pass

"""A loopback TCP proxy that misbehaves on command; stands before a database, Redis, a provider or a client."""
import socket
import struct
import threading
import time


class Proxy:
    """Passes bytes on to a port, as long as it is told nothing else.

    Modes: `pass`, `delay` (seconds before each piece), `drop` (bytes vanish, connections stay and new
    ones are taken but never served: what a firewall does), `slow` (a byte a second), `half`
    (nothing comes back). `reset()` breaks all connections at once; `cut_after` breaks each one
    after so many bytes from the server.
    """

    def __init__(self, target_port):
        self.target, self.mode, self.delay, self.cut_after = target_port, "pass", 0.0, None
        self.pairs, self.lock, self.closed, self.passed = set(), threading.Lock(), False, 0
        self.port = 0
        self.open()

    def open(self):
        """Takes connections, on the same port as before."""
        self.closed = False
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while not self.closed:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        while self.mode == "drop" and not self.closed:
            time.sleep(0.05)
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            server.settimeout(None)
        except OSError:
            self._break(client)
            return
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pair = (client, server)
        with self.lock:
            self.pairs.add(pair)
        back = threading.Thread(target=self._pump, args=(server, client, pair, True), daemon=True)
        back.start()
        self._pump(client, server, pair, False)

    def _pump(self, source, sink, pair, back):
        sent = 0
        try:
            while piece := source.recv(65_536):
                while self.mode == "drop" or (back and self.mode == "half"):
                    if self.closed or pair not in self.pairs:
                        return
                    time.sleep(0.02)
                if self.mode == "delay":
                    time.sleep(self.delay)
                if back and self.cut_after is not None and sent + len(piece) >= self.cut_after:
                    sink.sendall(piece[: max(0, self.cut_after - sent)])
                    self._drop_pair(pair)
                    return
                self._send(sink, piece, back)
                sent += len(piece)
                self.passed += len(piece)
        except OSError:
            pass
        finally:
            self._end(pair)

    def _send(self, sink, piece, back):
        if not (back and self.mode == "slow"):
            sink.sendall(piece)
            return
        for at, byte in enumerate(piece):
            if self.mode != "slow":
                sink.sendall(piece[at:])
                return
            sink.sendall(bytes([byte]))
            time.sleep(1.0)

    @staticmethod
    def _break(end):
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()
        except OSError:
            pass

    def _end(self, pair):
        with self.lock:
            self.pairs.discard(pair)
        for end in pair:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def _drop_pair(self, pair):
        with self.lock:
            self.pairs.discard(pair)
        for end in pair:
            try:
                # Wakes the other pump; the linger option makes it a reset.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RD)
            except OSError:
                pass
            self._break(end)

    def reset(self):
        """Breaks every connection."""
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            self._drop_pair(pair)
        return len(pairs)

    def close(self):
        """Refuses connections until it is opened again."""
        self.closed = True
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.reset()


def never_accepts():
    """A port whose queue of connections is full: the next connect is never completed. Keep the result."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    kept = [listener]
    for _ in range(3):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        kept.append(filler)
    time.sleep(0.1)
    return listener.getsockname()[1], kept

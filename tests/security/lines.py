"""Connections of our own making: as slow, as long and as broken as an HTTP library would never send them."""
import os
import re
import select
import socket


def reply_of(port, pieces, timeout=30.0):
    """Sends pieces until an answer comes, and gives its status; 0 when the line was closed without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as line:
        said = b""
        try:
            for piece in pieces:
                line.sendall(piece)
                said += heard(line)
                if said:
                    break
        except OSError:
            pass  # Closed while we were still speaking: what was answered may be read all the same.
        try:
            while b"\r\n\r\n" not in said and (more := line.recv(65_536)):
                said += more
        except OSError:
            pass
    found = re.match(rb"HTTP/1\.[01] (\d{3})", said)
    return int(found[1]) if found else 0


def heard(line):
    """What has come so far, without waiting."""
    ready, _, _ = select.select([line], [], [], 0)
    return line.recv(65_536) if ready else b""


def held_by(node):
    """The remote ports of the connections that a process of ours still holds."""
    sockets = set()
    for name in os.listdir(f"/proc/{node.pid}/fd"):
        try:
            target = os.readlink(f"/proc/{node.pid}/fd/{name}")
        except OSError:
            continue
        if target.startswith("socket:["):
            sockets.add(target[8:-1])
    ports = set()
    with open(f"/proc/{node.pid}/net/tcp") as table:
        for row in list(table)[1:]:
            fields = row.split()
            if int(fields[1].split(":")[1], 16) == node.port and fields[9] in sockets:
                ports.add(int(fields[2].split(":")[1], 16))
    return ports


def resident_mb(node):
    """Memory that a process holds, in MB."""
    with open(f"/proc/{node.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

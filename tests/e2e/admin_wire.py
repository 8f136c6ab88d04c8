"""The base admin protocol as octets, for tests: a client that trusts nothing.

It is written from the protocol's document alone and shares no code with the
programs under test.
"""

import socket
import struct

from harness import PATIENCE, Failure, need, same

LOCAL = ("root", "secret")


def text(value):
    raw = value if isinstance(value, bytes) else value.encode()
    return bytes([len(raw)]) + raw


def login(user, password):
    return b"\x01" + text(user) + text(password)


def add_user(user, password="pw", privilege=0):
    return b"\x01\x00" + text(user) + text(password) + bytes([privilege])


def remove_user(user):
    return b"\x01\x01" + text(user)


def connections_of(user):
    return b"\x00\x0b" + text(user)


def extended(code, body=b""):
    """A request of the extension; the code is TYPE << 8 | CMD."""
    return struct.pack("!HI", code, len(body)) + body


LIST = b"\x00\x00"
HELLO = 0x0200

# Every query: octets after TYPE CMD in its answer.
QUERIES = {
    0x01: 8, 0x02: 2, 0x03: 2, 0x04: 8, 0x05: 8, 0x06: 8, 0x07: 1, 0x08: 4,
    0x09: 1, 0x10: 1, 0x0A: 1, 0x11: 1,
}


def query(cmd):
    return bytes([0, cmd])


def set_byte(cmd, value):
    return bytes([1, cmd, value])


def set_buffer(value):
    return b"\x01\x04" + struct.pack("!I", value)


# One of every kind of request, and how long its answer is.
EVERY = [(query(cmd), 2 + n) for cmd, n in QUERIES.items()] + [
    (connections_of("alice"), 4),
    (set_byte(2, 0), 3),
    (set_byte(3, 1), 3),
    (set_buffer(65536), 3),
    (set_byte(5, 7), 3),
    (set_byte(6, 255), 3),
    (remove_user("nobody-of-that-name"), 3),
    (add_user("", ""), 3),
    (b"\x00\x44", 2),
    (b"\x01\x44", 2),
]


class Peer:
    """One connection to an endpoint such as tcp:127.0.0.1:8080."""

    def __init__(self, endpoint, who=LOCAL):
        self.kind, _, rest = endpoint.partition(":")
        if self.kind == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            where = rest
        else:
            host, _, port = rest.rpartition(":")
            host = host.strip("[]")
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            proto = socket.IPPROTO_SCTP if self.kind == "sctp" else 0
            self.socket = socket.socket(family, socket.SOCK_STREAM, proto)
            if self.kind == "tcp":
                self.socket.setsockopt(
                    socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            else:
                # SCTP_NODELAY, and SCTP_RTOINFO: 200 ms at first, 20 at least
                self.socket.setsockopt(socket.IPPROTO_SCTP, 3, 1)
                self.socket.setsockopt(
                    socket.IPPROTO_SCTP, 0, struct.pack("iIII", 0, 200, 0, 20))
            where = (host, int(port))
        self.socket.settimeout(PATIENCE)
        self.socket.connect(where)
        self.buffer = b""
        if who is not None:
            self.send(login(*who))
            got = self.take(2)
            need(got == b"\x01\x00", "login as %s: %r" % (who[0], got))

    def send(self, data):
        """Send in pieces that every transport takes."""
        for at in range(0, len(data), 4096):
            self.socket.sendall(data[at:at + 4096])

    def fill(self):
        """Read once; False at the end of the connection."""
        try:
            more = self.socket.recv(65536)
        except (ConnectionError, BrokenPipeError):
            more = b""
        self.buffer += more
        return more != b""

    def take(self, n):
        while len(self.buffer) < n:
            if not self.fill():
                raise Failure("closed after %r, wanted %d octets" %
                              (self.buffer, n))
        got, self.buffer = self.buffer[:n], self.buffer[n:]
        return got

    def ask(self, request, n):
        self.send(request)
        return self.take(n)

    def number(self, cmd):
        """A query for one figure."""
        answer = self.ask(query(cmd), 2 + QUERIES[cmd])
        need(answer[:2] == query(cmd), "echo of 00 %02x: %r" % (cmd, answer))
        return int.from_bytes(answer[2:], "big")

    def status(self, request):
        """A modification; the STATUS octet."""
        answer = self.ask(request, 3)
        need(answer[:2] == request[:2],
             "echo of %r: %r" % (request[:2], answer))
        return answer[2]

    def extended(self, code, body=b""):
        """A request of the extension; STATUS and the body of its answer."""
        self.send(extended(code, body))
        return self.take_extended(code)

    def take_extended(self, code):
        head = self.take(7)
        got, status, size = struct.unpack("!HBI", head)
        same(got, code, "echo of the code")
        need(size <= 65536, "a body of %d octets" % size)
        return status, self.take(size)

    def subscribe(self, figures=0, sessions=0, log=0, changes=0, findings=0):
        """Have events told; next_event() reads them."""
        status, body = self.extended(0x020D, struct.pack(
            "!IBBBB", figures, sessions, log, changes, findings))
        same((status, body), (0, b""), "the answer to a subscription")

    def unsubscribe(self):
        """Have none told any more; those on their way are thrown away."""
        self.send(extended(0x020D, bytes(8)))
        while self.take(1) == b"\x04":
            self.take(int.from_bytes(self.take(5)[1:], "big"))
        same(self.take(6), b"\x0d\0\0\0\0\0", "the answer")

    def next_event(self):
        """CMD and body of the next event; there must be no answer before."""
        kind, cmd, size = struct.unpack("!BBI", self.take(6))
        same(kind, 4, "TYPE of an event")
        need(size <= 65536, "a body of %d octets" % size)
        return cmd, self.take(size)

    def why(self, code, body=b""):
        """The status of a request that fails, and what its text says."""
        status, answer = self.extended(code, body)
        need(status != 0 and answer[0] == len(answer) - 1 > 0, answer)
        return status, answer[1:].decode()

    def users(self):
        self.send(LIST)
        return self.take_users()

    def take_users(self):
        head = self.take(3)
        need(head[:2] == LIST, "echo of the list: %r" % head)
        return [self.take(self.take(1)[0]) for _ in range(head[2])]

    def rest(self):
        """All that comes until the server closes."""
        while self.fill():
            pass
        got, self.buffer = self.buffer, b""
        return got

    def reset(self):
        """Vanish without a word."""
        self.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

"""Bottler as a stranger would write it, from docs/bottler.md alone."""

import socket
import struct

from harness import *

TOKEN = b"T\x00ken\xff\r\n"
OK, VERSION, WRONG_TOKEN, PARAMETER, EXISTS, NO_USER, REFUSED = range(7)
UNKNOWN, FAILED = 0xFE, 0xFF
PAGE = 1200


def text(s):
    s = s if isinstance(s, bytes) else s.encode()
    return bytes([len(s)]) + s


def u32(n):
    return struct.pack("!I", n)


class Bottler:
    def __init__(self, port, host="127.0.0.1", token=TOKEN, source=None):
        self.token = token
        self.socket = socket.socket(family_of(host), socket.SOCK_DGRAM)
        self.socket.settimeout(PATIENCE)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((host, port))

    def request(self, cmd, parameters=b"", version=1, token=None):
        return bytes([version]) + (token or self.token) + bytes([cmd]) \
            + parameters

    def send(self, *args, **kwargs):
        self.socket.send(self.request(*args, **kwargs))

    def receive(self):
        data = self.socket.recv(65536)
        need(len(data) >= 2 and data[0] == 1 and len(data) <= PAGE,
             "answer %r" % data)
        need(data[1] == OK or len(data) == 2, "a refusal with data %r" % data)
        return data[1], data[2:]

    def ask(self, *args, **kwargs):
        self.send(*args, **kwargs)
        return self.receive()

    def get(self, cmd, parameters=b""):
        status, data = self.ask(cmd, parameters)
        same(status, OK, "status of %02x" % cmd)
        return data

    def number(self, cmd, parameters=b""):
        return int.from_bytes(self.get(cmd, parameters), "big")

    def is_silent(self):
        """Nothing has come but what the caller has read: a question asked now
        is answered first."""
        self.send(0x03)
        status, data = self.receive()
        return status == OK and len(data) == 4

    def names(self):
        names = []
        for page in range(1, self.number(0x05) + 1):
            data = self.get(0x06, bytes([page]))
            count, at = data[0], 1
            for _ in range(count):
                names.append(data[at + 1:at + 1 + data[at]].decode())
                at += 1 + data[at]
            same(at, len(data), "octets of a page")
        return names

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class Fleet(Daemon):
    """A daemon that serves Bottler on a port of its own."""

    def __init__(self, *lines, token=TOKEN, where="127.0.0.1:0", **more):
        self.folder = more.pop("folder", None) or tempfile.mkdtemp(
            prefix="socks5d-e2e-")
        path = self.path("token")
        with open(path, "wb") as f:
            f.write(token)
        os.chmod(path, 0o600)
        super().__init__("bottler " + where, "bottler-token-file " + path,
                         *lines, folder=self.folder, **more)
        self.own = True

    def ready(self):
        super().ready()
        self.bottler_port = int(re.search(
            r" serving Bottler on=udp:\S+:(\d+)", self.log()).group(1))

    def bottler(self, **more):
        return Bottler(self.bottler_port, **more)

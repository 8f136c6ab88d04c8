#!/usr/bin/env python3
"""A client of socks5d's admin protocol, from docs/admin-protocol.md alone.

client.py /run/socks5d/admin.sock, or client.py HOST:PORT USER <password-file
"""
import socket
import sys


def text(s):
    return bytes([len(s.encode())]) + s.encode()


def connect(where, user="local", password="local"):
    if where.startswith("/"):
        s = socket.socket(socket.AF_UNIX)
        s.connect(where)
    else:
        host, _, port = where.rpartition(":")
        s = socket.create_connection((host.strip("[]"), int(port)))
    stream = s.makefile("rwb", buffering=0)
    stream.write(b"\x01" + text(user) + text(password))
    if take(stream, 2) != b"\x01\x00":
        sys.exit("login refused")
    return stream


def take(stream, n):
    octets = b""
    while len(octets) < n:
        octets += stream.read(n - len(octets)) or sys.exit("connection lost")
    return octets


def base(stream, cmd, octets):  # a query of the base protocol: a number
    stream.write(bytes([0, cmd]))
    return int.from_bytes(take(stream, 2 + octets)[2:], "big")


def ask(stream, kind, cmd, body=b""):  # a request of the extension: its BODY
    stream.write(bytes([kind, cmd]) + len(body).to_bytes(4, "big") + body)
    head = take(stream, 7)
    body = take(stream, int.from_bytes(head[3:], "big"))
    return body if head[2] == 0 else sys.exit(body[1:].decode())


def fields(body, *sizes):  # numbers of so many octets, or texts (0)
    for size in sizes:
        n, body = (size, body) if size else (body[0], body[1:])
        yield int.from_bytes(body[:n], "big") if size else body[:n].decode()
        body = body[n:]


def sessions(stream, after=0, more=1):  # page by page
    while more:
        body = ask(stream, 2, 6, text("") + after.to_bytes(8, "big"))
        more, body = body[0], body[1:]
        while body:
            n = int.from_bytes(body[:2], "big")
            row = list(fields(body[2:2 + n], 8, 0, 0, 0, 0))
            after, body = row[0], body[2 + n:]
            yield row


where, *user = sys.argv[1:]
admin = connect(where, *user, *[sys.stdin.readline()[:-1] for _ in user])
version, role, node, program = fields(ask(admin, 2, 0), 1, 1, 0, 0)
print("%s on %s, extension %d" % (program, node, version))
print("%d sessions in all, %d now" % (base(admin, 1, 8), base(admin, 2, 2)))
for row in sessions(admin):
    print("%d %s %s %s %s" % tuple(row))

"""A small world for pictures: names, addresses, users, targets and what they do.

It lives in a network and mount namespace of its own: the addresses are on its
loopback, the names in its /etc/hosts, and nothing leaves it.
"""

import base64
import ctypes
import os
import random
import socket
import subprocess
import tempfile
import threading
import time

from harness import *

PROXY = "10.0.0.1"
PASSWORD = "secret"

# name: address; what is asked for by name is found by name.
NAMES = {
    "cdn.example.net": "198.51.100.4", "img.example.net": "198.51.100.5",
    "api.example.com": "192.0.2.77", "store.example.com": "198.51.100.88",
    "git.example.org": "203.0.113.9", "mail.example.org": "198.51.100.7",
    "pop.example.org": "192.0.2.110", "ftp.example.net": "192.0.2.21",
    "intranet.example.com": "192.0.2.80", "news.example.org": "192.0.2.119",
    "proxy.example.net": PROXY, "edge-2.example.net": "10.0.0.2",
    "edge-3.example.net": "10.0.0.3", "lab.example.net": "10.0.0.9",
}

# user: (client address, sessions, targets, octets a turn down, up, pause)
PEOPLE = {
    "alice": ("10.0.3.17", 9, ("cdn.example.net:443", "img.example.net:443",
                               "api.example.com:443"), 90000, 700, 0.06),
    "svc-backup": ("10.0.1.9", 2, ("store.example.com:443",), 9000, 900000, 0.25),
    "bob": ("10.0.3.44", 5, ("git.example.org:22", "img.example.net:443"),
            40000, 9000, 0.25),
    "carol": ("10.0.4.12", 3, ("cdn.example.net:443", "news.example.org:443"),
              14000, 400, 0.5),
    "erin": ("10.0.4.31", 4, ("api.example.com:443", "mail.example.org:995"),
             6000, 2500, 0.7),
    "frank": ("10.0.7.31", 2, ("news.example.org:443",), 2000, 300, 1.1),
    "dave": ("10.0.5.80", 1, ("192.0.2.200:8443",), 900, 120, 1.5),
}


def _mount(source, target):
    libc = ctypes.CDLL(None, use_errno=True)
    bind, private, recursive = 4096, 1 << 18, 16384
    if libc.mount(None, b"/", None, private | recursive, None) != 0 or \
            libc.mount(source.encode(), target.encode(), None, bind, None) != 0:
        raise OSError(ctypes.get_errno(), "mount", target)


def enter():
    """Make the world, and go there. Needs root."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x40000000 | 0x00020000) != 0:  # NEWNET, NEWNS
        raise SystemExit("pictures need a network namespace: run as root")
    addresses = {*NAMES.values(), "192.0.2.200", PROXY,
                 *(p[0] for p in PEOPLE.values()), "10.0.9.2"}
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for a in sorted(addresses):
        subprocess.run(["ip", "addr", "add", a + "/32", "dev", "lo"], check=True)
    with tempfile.NamedTemporaryFile("w", delete=False) as f:
        f.write("127.0.0.1 localhost\n" + "".join(
            "%s %s\n" % (a, n) for n, a in NAMES.items()))
    os.chmod(f.name, 0o644)
    _mount(f.name, "/etc/hosts")
    os.unlink(f.name)


# ---- targets


def pour(s):
    """Sends as many octets as each line asks for; zeros are there to be sent."""
    with s.makefile("rb") as lines:
        for line in lines:
            s.sendall(bytes(int(line.strip().lstrip(b"0") or 0)))


def pop3(s):
    s.sendall(b"+OK ready\r\n")
    with s.makefile("rb") as lines:
        for line in lines:
            s.sendall(b"+OK\r\n")


def ftp(s):
    s.sendall(b"220 ready\r\n")
    with s.makefile("rb") as lines:
        for line in lines:
            s.sendall({b"USER": b"331 password?\r\n",
                       b"PASS": b"230 welcome\r\n"}.get(line[:4], b"200 fine\r\n"))


def http(s):
    s.recv(65536)
    s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
    s.recv(1)


def serve(address, port, talk):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(64)

    def run(peer):
        with peer:
            try:
                talk(peer)
            except OSError:
                pass

    def accept():
        while True:
            peer, _ = listener.accept()
            threading.Thread(target=run, args=(peer,), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()


def open_targets():
    special = {("pop.example.org", 110): pop3, ("ftp.example.net", 21): ftp,
               ("intranet.example.com", 80): http}
    for (name, port), talk in special.items():
        serve(NAMES[name], port, talk)
    seen = set()
    for _, _, targets, *_ in PEOPLE.values():
        for target in targets:
            host, _, port = target.rpartition(":")
            where = (NAMES.get(host, host), int(port))
            if where not in seen:
                seen.add(where)
                serve(*where, pour)


# ---- clients


def connect(source, where, target, user=None, password=PASSWORD):
    """Through the proxy, from a client's own address; None if refused."""
    host, _, number = target.rpartition(":")
    s = socket.create_connection(where, source_address=(source, 0))
    try:
        greet(s, user, password)
        s.sendall(request(host, int(number)))
        if read_reply(s)[0] == 0:
            return s
    except (OSError, Failure):
        pass
    s.close()
    return None


def live(where, user, chance, ending):
    """One session after the other, each moving data in waves."""
    source, _, targets, down, up, pause = PEOPLE[user]
    while not ending.is_set():
        s = connect(source, where, chance.choice(targets), user)
        if s is None:
            ending.wait(2)
            continue
        with s:
            for _ in range(chance.randrange(60, 900)):
                wave = 0.35 + 0.65 * abs((time.monotonic() / 41 + len(user) / 7)
                                         % 1.0 - 0.5) * 2
                n = int(down * wave * chance.uniform(0.6, 1.3)) + 1
                s.sendall(b"%d\n" % n)
                left = n
                while left > 0:
                    got = len(s.recv(left))
                    if got == 0:
                        break
                    left -= got
                if up > 1000:
                    s.sendall(b"0" * int(up * wave) + b"\n")
                if ending.wait(pause * chance.uniform(0.5, 1.6)):
                    return


def visit(where, user, chance, ending):
    """Short sessions: a page, and away."""
    source, _, targets, *_ = PEOPLE[user]
    while not ending.wait(chance.uniform(0.3, 1.2)):
        with contextlib.suppress(OSError):
            s = connect(source, where, chance.choice(targets), user)
            if s is None:
                continue
            with s:
                s.sendall(b"%d\n" % chance.randrange(500, 40000))
                s.recv(65536)
                ending.wait(chance.uniform(0.05, 0.6))


def talk(where, user, target, *lines):
    s = connect(PEOPLE[user][0], where, target, user)
    if s is None:
        return
    with s:
        for line in lines:
            s.sendall(line)
            s.settimeout(2)
            try:
                s.recv(4096)
            except OSError:
                return


def trouble(where, chance, ending):
    """What goes wrong, and what passes in clear, all the time."""
    basic = base64.b64encode(b"dave:winter2026")
    acts = [
        lambda: [connect("10.0.9.2", where, "cdn.example.net:443", "bob", guess)
                 for guess in ("guess", "bob123", "letmein")],
        lambda: connect("10.0.5.80", where, "nohost.invalid:80", "dave"),
        lambda: connect("10.0.5.80", where, "192.0.2.200:81", "dave"),
        lambda: talk(where, "erin", "pop.example.org:110", b"",
                     b"USER erin@example.org\r\n", b"PASS spring\r\n",
                     b"QUIT\r\n"),
        lambda: talk(where, "frank", "ftp.example.net:21", b"",
                     b"USER anonymous\r\n", b"PASS frank@example.net\r\n",
                     b"QUIT\r\n"),
        lambda: talk(where, "dave", "intranet.example.com:80",
                     b"GET / HTTP/1.1\r\nHost: intranet.example.com\r\n"
                     b"Authorization: Basic " + basic + b"\r\n\r\n"),
        lambda: connect("10.0.7.31", where, "127.0.0.1:25", "frank"),
    ]
    turn = 0
    while not ending.wait(chance.uniform(1, 4)):
        with contextlib.suppress(OSError):
            acts[turn % len(acts)]()
        turn += 1

#!/usr/bin/env python3
"""The console against servers that mean it ill, or have gone mad."""

import os
import random
import re
import socket
import subprocess
import tempfile
import threading

from harness import *
from terminal import *

# What the console itself sends a terminal: sequences of cursor, colours and
# modes, and text. Whatever else is left over came from the server.
OWN = re.compile(rb"\x1b\[[0-9;?]*[@ABCDGHJKLMPSTXbdhlmrt]|\x1b[()][0AB]"
                 rb"|\x1b[78=>M]|[\x08-\x0a\x0d\x0e\x0f]")
ODD = re.compile("[\0-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class Server:
    """Listens on a Unix socket and serves each peer in a thread of its own."""

    def __init__(self, serve):
        self.folder = tempfile.mkdtemp(prefix="socks5-hostile-")
        self.admin = os.path.join(self.folder, "admin.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.admin)
        self.listener.listen(8)
        self.serve = serve
        self.peers = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            self.peers += 1
            threading.Thread(target=self.run, args=(peer,), daemon=True).start()

    def run(self, peer):
        with peer, contextlib.suppress(OSError):
            self.serve(peer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def mangler(behind, changes):
    """Passes all on from a real server, with some octets changed."""
    def answers(s, peer):
        with contextlib.suppress(OSError):
            while data := s.recv(65536):
                for was, now in changes.items():
                    data = data.replace(was, now)
                peer.sendall(data)

    def serve(peer):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(behind.admin)
            threading.Thread(target=answers, args=(s, peer),
                             daemon=True).start()
            while data := peer.recv(65536):
                s.sendall(data)
    return Server(serve)


def strange(octets):
    """What in the console's output is neither its own nor plain text."""
    rest = OWN.sub(b"", octets).decode(errors="replace")
    return ODD.findall(rest)


def look_around(p):
    """All the views and what can be opened in them."""
    seen = b""
    for key in "123456?":
        os.write(p.fd, key.encode())
        seen += wait_for(p.drain, "what %r does" % key)
    os.write(p.fd, b"\x1bOP3")
    seen += wait_for(p.drain, "the users")
    for key in b"d", b"n", b"a", b"\x1bOQ":
        os.write(p.fd, key)
        seen += wait_for(p.drain, "what %r does" % key)
    os.write(p.fd, b"\x03")
    seen += wait_for(p.drain, "the form's end")
    return seen


EVIL = {b"alice": b"\x1b]0;x", b"frank": b"\x1b[5n\x07", b"guest": b"\x9b2J\x85a",
        b"carol": b"\xe2\x80\xaeab", b"erin": b"\x1bc\x0e\x7f",
        b"bob": b"\r\n\0"}


@case
def no_octet_of_a_servers_name_reaches_the_terminal_as_it_is():
    with FakeServer() as server, mangler(server, EVIL) as evil:
        p = Pty(evil)
        seen = p.wait(b"Throughput") + look_around(p)
        seen += p.quit()
        same(strange(seen), [], "octets that are not the console's own")
        need(b"svc-backup" in seen, "there were no names at all")


@case
def nor_in_lines_text_json_or_csv():
    with FakeServer() as server, mangler(server, EVIL) as evil:
        for args in (["--base", "-c", "user list"], ["--base", "--json", "users"],
                     ["--base", "--csv", "users"], ["--plain", "--base"],
                     ["--once", "users"]):
            r = subprocess.run([program("socks5tui"), "-s", "unix:" + evil.admin,
                                *args], input=b"user list\n",
                               capture_output=True, timeout=PATIENCE,
                               env=clean_environment())
            same(r.returncode, 0, "status of %r" % args)
            need(b"svc-backup" in r.stdout, "%r lists no users" % args)
            text = (r.stdout + r.stderr).decode()
            same(ODD.findall(text.replace("\n", "")), [], "output of %r" % args)


@case
def the_daemons_own_odd_names_are_made_safe():
    with Daemon() as d:
        for name in ("x\u202egpj", "a\u200bb", "wide\u6f22\u5b57", "e\u0301"):
            run_ctl(d, "user", "add", name, stdin="secret\n")
        p = Pty(d)
        seen = p.wait(b"Throughput") + look_around(p)
        seen += p.quit()
        same(strange(seen), [], "octets that are not the console's own")


# ---- servers that speak no protocol


def memory_mb(pid):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) / 1024


def garbage(peer):
    chance = random.Random(1)
    while True:
        peer.sendall(chance.randbytes(65536))


def greeting_then(octets, repeat=1):
    def serve(peer):
        peer.recv(65536)
        peer.sendall(b"\1\0" + octets)
        while repeat == 0:
            peer.sendall(octets)
        while peer.recv(65536):
            pass
    return serve


def hang_up(peer):
    peer.recv(1)


def one_by_one(peer):
    for octet in b"\1\0" + bytes(1000):
        peer.sendall(bytes([octet]))
    while peer.recv(65536):
        pass


MAD = {
    "garbage without end": garbage,
    "a verdict and zeros without end": greeting_then(bytes(65536), repeat=0),
    "a verdict and nothing": greeting_then(b""),
    "a refusal": lambda peer: peer.sendall(b"\1\1"),
    "another version": lambda peer: peer.sendall(b"\2\0"),
    "half a list": greeting_then(b"\2\0\0\0\0\1\1\0\0\xff" + b"\5alice" * 7),
    "lengths beyond all bounds": greeting_then(b"\2\0\0\xff\xff\xff\xff" * 9),
    "an end at once": hang_up,
    "octets one by one": one_by_one,
    "escapes": greeting_then(b"\x1b[2J\x1b]0;x\x07" * 999),
}


@case
def whatever_a_server_sends_the_console_stays_alive_small_and_clean():
    for what, serve in MAD.items():
        with Server(serve) as server:
            p = Pty(server, width=80, height=24)
            seen = wait_for(p.drain, "a screen against " + what)
            wait_for(lambda: server.peers > 0, "a connection")
            # The terminal is served all the while.
            for width in (81, 82, 80):
                p.resize(width, 24)
                seen += wait_for(p.drain, "a screen against " + what)
            need(memory_mb(p.pid) < 64, "%.0f MB against %s" %
                 (memory_mb(p.pid), what))
            same(strange(seen), [], "sent to the terminal against " + what)
            os.write(p.fd, b"\x03\x03\x03")
            status = os.waitstatus_to_exitcode(p.end())
            same(status, 0, "exit status against " + what)


main()

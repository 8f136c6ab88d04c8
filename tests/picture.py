#!/usr/bin/env python3
"""Make the pictures in docs/: socks5tui, as it shows a real daemon at work.

    make picture [SECONDS=130]

Starts socks5d in a world of its own (tests/picture_world.py), runs socks5tui in
tmux, looks at each view and writes what its terminal holds as an SVG; then plays
a visit of forty seconds into docs/console.cast (asciinema's format, version 2).
"""

import atexit
import json
import os
import pty
import random
import shutil
import struct
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "e2e"))
sys.path.insert(0, HERE)
from harness import *
from terminal import *
import picture_svg
import picture_world as world

DOCS = sys.argv[1]
SECONDS = float(os.environ.get("SECONDS") or 130)

# file: the keys that lead there, then those that lead away; columns, rows; what
# part of SECONDS to stay there before.
VIEWS = {
    "console": (["1"], [], 140, 40, 0.02),
    "console-sessions": (["2", "j"], [], 140, 40, 0.25),
    "console-users": (["3"], [], 140, 40, 0.25),
    "console-settings": (
        ["4", "j", "j", "j", "Enter", "C-u", "120", "Enter", "j", "j", "j", "j",
         "j", "j", "Space"], ["Escape"], 140, 40, 0.02),
    "console-logs": (["5"], [], 140, 40, 0.02),
    "console-findings": (["6"], [], 140, 40, 0.02),
    "console-rules": (["7"], [], 140, 40, 0.02),
    "console-daemons": (["8"], [], 140, 40, 0.1),
    "console-80x24": (["1"], [], 80, 24, 0.02),
}

# A visit: (seconds to wait before, keys).
VISIT = [(3, "2"), (2, "j"), (0.6, "j"), (0.6, "j"), (1.5, "\r"), (3, "\x1b"),
         (1, "/"), (0.8, "a"), (0.3, "l"), (0.3, "i"), (1, "\r"), (2, "\x1b"),
         (1, "3"), (2, "j"), (1, "a"), (1, "gina"), (0.6, "\t"), (0.4, "harbour"),
         (0.5, "\t"), (0.4, "harbour"), (1.5, "\x1bOQ"), (3, "4"), (2, "j"),
         (0.5, "j"), (2, "5"), (3, "6"), (3, "1"), (4, "q")]
CAST = (100, 30)


def settled(t):
    """The screen, once it was the same twice: no frame is half there."""
    before = None
    while True:
        now = t._do("capture-pane", "-p", "-e", "-N")  # blanks at the end too
        if now == before:
            return now
        before = now
        time.sleep(0.1)


def take(t, name, keys, back, width, height, stay):
    t.resize(width, height)
    for key in keys:
        t.keys(key)
        time.sleep(0.2)
    time.sleep(SECONDS * stay)
    screen = settled(t)
    for key in back:
        t.keys(key)
        time.sleep(0.5)  # Esc and what follows are two keys
    with open(os.path.join(DOCS, name + ".svg"), "w") as f:
        f.write(picture_svg.svg(screen, width, height))


def cast(command, env):
    """Play the visit, and write what the terminal was sent and when."""
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", CAST[1], CAST[0],
                                                       0, 0))
        os.execve(command[0], command, env)
    begin, events = time.monotonic(), []

    def watch(seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([fd], [], [], left)[0]:
                continue
            try:
                data = os.read(fd, 65536)
            except OSError:
                return
            events.append((time.monotonic() - begin, data))
    for wait, keys in VISIT:
        watch(wait)
        os.write(fd, keys.encode())
    watch(1)
    os.waitpid(pid, 0)
    os.close(fd)
    text = b"".join(data for _, data in events)
    with open(os.path.join(DOCS, "console.cast"), "w") as f:
        f.write(json.dumps({
            "version": 2, "width": CAST[0], "height": CAST[1],
            "title": "socks5tui", "env": {"TERM": "xterm-256color"}}) + "\n")
        rest = b""
        for at, data in events:
            # A character may come in two pieces.
            data, rest = rest + data, b""
            for cut in range(0, 4):
                try:
                    out = data[:len(data) - cut].decode()
                    rest = data[len(data) - cut:]
                    break
                except UnicodeDecodeError:
                    continue
            f.write(json.dumps([round(at, 3), "o", out],
                               ensure_ascii=False) + "\n")
    return len(text)


def ctl(d, *words, **more):
    subprocess.run([program("socks5ctl"), "-s", "unix:" + d.admin, *words],
                   check=True, stdout=subprocess.DEVNULL, **more)


def people(d):
    secret = dict(input=(world.PASSWORD + "\n").encode())
    for name in world.PEOPLE:
        ctl(d, "user", "add", name, **secret)
    for name in ("guest", "heidi"):
        ctl(d, "user", "add", name, **secret)
    ctl(d, "user", "enable", "guest", "no")
    ctl(d, "user", "add", "ops", "--admin", **secret)
    ctl(d, "user", "add", "audit", "--observer", **secret)


class Proxy(Daemon):
    """A daemon of the world, at its address."""

    def __init__(self, name, *lines):
        self.address = world.NAMES[name]
        folder = tempfile.mkdtemp(prefix="socks5d-picture-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        super().__init__(
            "listen %s:0" % self.address, "listen 127.0.0.1:0", "auth yes",
            "dissector yes", "max-connections 200",
            "rule deny to *.ads.example", "rule deny port 25",
            "rule allow user svc-backup to store.example.com port 443",
            "rule deny user svc-backup", "admin unix:%s/admin.sock" % folder,
            "admin tcp:%s:8080" % self.address, *lines, folder=folder)
        self.where = self.address, self.ports[self.address]
        people(self)


def start(threads, function, *args):
    threads.append(threading.Thread(target=function, daemon=True, args=args))


def save_nodes(folder):
    """Four daemons with names; one of them is not there."""
    for name, host in (("main", "proxy"), ("edge-2", "edge-2"),
                       ("edge-3", "edge-3"), ("lab", "lab")):
        subprocess.run([program("socks5tui"), "-s",
                        "tcp:%s.example.net:8080" % host, "-U", "ops", "--save",
                        name], check=True,
                       env=clean_environment(XDG_CONFIG_HOME=folder))


def main():
    world.enter()
    world.open_targets()
    ending, threads = threading.Event(), []
    with Proxy("proxy.example.net") as d, \
            Proxy("edge-2.example.net", "workers 1") as second, \
            Proxy("edge-3.example.net", "workers 1") as third:
        chances = map(random.Random, range(1000))
        for user, (_, n, *_) in world.PEOPLE.items():
            for _ in range(n):
                start(threads, world.live, d.where, user, next(chances), ending)
        for user in ("alice", "bob", "carol", "erin"):
            start(threads, world.visit, d.where, user, next(chances), ending)
        start(threads, world.trouble, d.where, next(chances), ending)
        for other, who in ((second, ("bob", "erin", "frank", "frank")),
                           (third, ("carol", "dave"))):
            for user in who:
                start(threads, world.live, other.where, user, next(chances),
                      ending)
        save_nodes(d.folder)
        command = [program("socks5tui"), "-s", "main"]
        env = dict(SOCKS5_PASSWORD=world.PASSWORD, XDG_CONFIG_HOME=d.folder)
        with Terminal(140, 40, **env) as t:
            t.run("clear; TERM=tmux-256color exec " + " ".join(command))
            t.wait("[UP]")
            for thread in threads:
                thread.start()
                time.sleep(SECONDS / 3 / len(threads))
            time.sleep(SECONDS * 2 / 3)
            for name, how in VIEWS.items():
                take(t, name, *how)
        print("%d octets in forty seconds" % cast(command, clean_environment(
            TERM="xterm-256color", **env)))
        ending.set()
        for one in (d, second, third):
            one.kill()


main()
os._exit(0)

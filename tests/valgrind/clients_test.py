#!/usr/bin/env python3
"""The clients under valgrind, against a real daemon: no octet is read before it
was written, none behind a block's end, and no block or descriptor is lost.

Run by tests/check.sh on a build without sanitizers: the two do not mix.
"""

import os
import pty
import select
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))
from bottler_wire import Fleet
from harness import *

ERRORS = 99
VALGRIND = ["--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite",
            "--track-fds=no", "--error-exitcode=%d" % ERRORS]


def valgrind(name, *args):
    return [tool("valgrind", "valgrind"), *VALGRIND, program(name), *args]


def client(daemon, name, *args, text="", status=0, **more):
    """Run it to its end; returns what it printed."""
    r = subprocess.run(valgrind(name, *args), input=text, text=True,
                       capture_output=True, timeout=10 * PATIENCE,
                       env=clean_environment(XDG_RUNTIME_DIR=daemon.folder,
                                             **more))
    same(r.returncode, status, "exit status of %s %s\n%s%s" %
         (name, " ".join(args), r.stdout, r.stderr))
    return r.stdout


def ctl(daemon, *args, **more):
    return client(daemon, "socks5ctl", "-s", "unix:" + daemon.admin, *args,
                  **more)


@case
def socks5ctl_asks_and_changes():
    with Daemon() as d:
        need("connections" in ctl(d, "status"), "status")
        ctl(d, "metrics")
        ctl(d, "--json", "metrics")
        ctl(d, "get")
        ctl(d, "set", "buffer-size", "65536")
        ctl(d, "user", "add", "bob", text="secret\n")
        need("bob" in ctl(d, "user", "list"), "bob is not listed")
        ctl(d, "user", "del", "bob")
        ctl(d, "ping")


@case
def socks5ctl_sends_many_commands_in_one_flight():
    with Daemon() as d:
        ctl(d, *(["-e", "ping"] * 200), "-e", "metrics", "-e", "user list")
        ctl(d, text="ping\nget\nuser list\n" * 50)


@case
def socks5ctl_is_refused():
    with Daemon("admin tcp:127.0.0.1:0", "auth no") as d:
        where = d.wait_log(r" administering on=(tcp:\S+)").group(1)
        client(d, "socks5ctl", "-s", where, "-U", "nobody", "ping", status=4,
               SOCKS5_PASSWORD="wrong")
    client(d, "socks5ctl", "-s", "unix:/nonexistent/x", "ping", status=3)


@case
def socks5ctl_says_what_is_wrong():
    with Daemon() as d:
        ctl(d, "no-such-command", status=2)
        ctl(d, "set", "buffer-size", "0", status=1)
        ctl(d, "user", "del", "nobody", status=1)
        ctl(d, "user", "add", text="", status=2)
        client(d, "socks5ctl", "--nonsense", status=2)
        client(d, "socks5ctl", "-h")


@case
def socks5ctl_helps_and_completes():
    with Daemon() as d:
        ctl(d, "user", "add", "bob", text="secret\n")
        ctl(d, "help", "user")
        ctl(d, "completion", "bash")
        need("bob" in ctl(d, "completion", "line",
                          "socks5ctl -s unix:%s user show " % d.admin,
                          SOCKS5_COMPLETION_MS="60000"), "bob")
        ctl(d, "completion", "line", "socks5ctl session list --")


@case
def socks5ctl_speaks_bottler():
    with Fleet() as d:
        path, port = d.path("token"), "127.0.0.1:%d" % d.bottler_port
        args = ("--bottler", port, "--token-file", path)
        client(d, "socks5ctl", *args, "user", "add", "bob", text="secret\n")
        need("bob" in client(d, "socks5ctl", *args, "user", "list"), "bob")
        client(d, "socks5ctl", *args, "-e", "status", "-e", "ping")
        client(d, "socks5ctl", *args, "user", "del", "tim", status=1)
    client(d, "socks5ctl", "--bottler", port, "status", status=3,
           BOTTLER_TOKEN="SECRET01")


def until_ended(daemon, text, end, *args):
    """One that goes on: until it has printed that and lost the daemon."""
    words = valgrind("socks5ctl", "-s", "unix:" + daemon.admin, *args)
    # SIGPIPE stays ignored: the write fails, and all is given back.
    p = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env=clean_environment(), restore_signals=False)
    tired = threading.Timer(10 * PATIENCE, p.kill)
    tired.start()
    line = b" "
    while line and text not in line:
        line = p.stdout.readline()
    tired.cancel()
    need(line, "it did not print %r" % text)
    end(p)
    err = p.communicate(timeout=10 * PATIENCE)[1]
    same((p.returncode, b"==" in err), (3, False), err.decode())


@case
def socks5ctl_watches_and_follows():
    with Daemon() as d:
        # The end of standard output is the end of both.
        def end(p):
            p.stdout.close()
            p.stdout = None
            ctl(d, "user", "del", "nobody", status=1)
        until_ended(d, b"version", end, "watch", "0.1", "hello")
        until_ended(d, b"connected", end, "log", "-f")


@case
def socks5tui_prints_the_dashboard_once():
    with Daemon() as d:
        out = client(d, "socks5tui", "-s", "unix:" + d.admin, "--once",
                     "--ascii", "--interval", "0.2")
        need("Sessions" in out, out)


class Terminal:
    """The console in a terminal of its own."""

    def __init__(self, daemon):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            words = valgrind("socks5tui", "-s", "unix:" + daemon.admin,
                             "--interval", "0.2")
            os.execve(words[0], words, clean_environment(
                TERM="xterm-256color", COLUMNS="80", LINES="24"))
        self.seen = b""

    def wait(self, text):
        end = time.monotonic() + 4 * PATIENCE
        while text not in self.seen:
            need(time.monotonic() < end,
                 "waited in vain for %r in %r" % (text, self.seen[-2000:]))
            if select.select([self.fd], [], [], 0.1)[0]:
                self.seen += os.read(self.fd, 65536)
        self.seen = self.seen[self.seen.index(text) + len(text):]

    def type(self, keys):
        os.write(self.fd, keys)

    def end(self):
        """Take what it still prints; its exit status."""
        with contextlib.suppress(OSError):
            while os.read(self.fd, 65536):
                pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@case
def socks5tui_shows_its_views_and_leaves():
    with Daemon() as d:
        t = Terminal(d)
        t.wait(b"Throughput")
        t.type(b"3")
        t.wait(b"Delete")
        t.type(b"4")
        t.wait(b"buffer-size")
        t.type(b"?")
        t.wait(b"Close")
        t.type(b"\x1b")
        t.wait(b"Edit")
        t.type(b"1")
        t.wait(b"Window")
        t.type(b"q")
        same(t.end(), 0, "exit status of the console")


main()

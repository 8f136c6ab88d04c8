#!/usr/bin/env python3
"""The admin protocol over Unix sockets and TCP, or, with --sctp, over SCTP.

Against the real daemon, and against the same server in a process with short
time limits and an observer among its accounts.
"""

import atexit
import functools
import os
import subprocess
import sys
import tempfile

import harness
from admin_suite import LIMITS, SUITE
from harness import need

LIMIT_MS = "300"


class Server:
    def __init__(self, endpoint, observer):
        self.endpoint = endpoint
        self.local = endpoint.startswith("unix:") and os.getuid() == 0
        self.observer = observer


@functools.cache
def folder():
    holder = tempfile.TemporaryDirectory(prefix="socks5d-admin-")
    atexit.register(holder.cleanup)
    return holder.name


@functools.cache
def fake_daemon(limit_ms, endpoint):
    """The endpoint it really has."""
    process = subprocess.Popen(
        [harness.program("tests/daemon/fake_daemon"), limit_ms, endpoint],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end():
        process.stdin.close()
        need(process.wait(harness.PATIENCE) == 0, "fake_daemon failed")
    atexit.register(end)
    line = process.stdout.readline().strip()
    need(line != "", "fake_daemon does not serve " + endpoint)
    return line


def unix_path(name):
    return "unix:%s/%s.sock" % (folder(), name)


def add(kind, function, limit_ms, where):
    def run():
        function(Server(fake_daemon(limit_ms, where), observer=True))
    run.__name__ = "over_%s_%s" % (kind, function.__name__)
    harness.case(run)


def main():
    if "--sctp" in sys.argv:
        sys.argv.remove("--sctp")
        wheres = {"sctp": "sctp:127.0.0.1:0", "sctp6": "sctp:[::1]:0"}
    else:
        wheres = {"tcp": "tcp:127.0.0.1:0", "tcp6": "tcp:[::1]:0",
                  "unix": unix_path("long")}
    for kind, where in wheres.items():
        for function in SUITE:
            add(kind, function, "30000", where)
        if kind.endswith("6"):
            continue
        for function in LIMITS:
            add(kind, function, LIMIT_MS,
                unix_path("short") if kind == "unix" else where)
    harness.main()


main()

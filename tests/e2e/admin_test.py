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


@functools.cache
def socks5d(kind):
    """The real daemon's endpoint of that kind; memory: keeps its accounts."""
    where = {"unix": unix_path("real"), "tcp": "tcp:127.0.0.1:0",
             "sctp": "sctp:127.0.0.1:0"}[kind]
    daemon = harness.Daemon("admin " + where,
                            args=("-a", "root:secret", "-u", "alice:secret"))
    atexit.register(daemon.__exit__, None, None, None)
    return daemon.wait_log(r" administering on=(%s:\S+)" % kind).group(1)


def add_fake(name, function, limit_ms, where):
    def run():
        function(Server(fake_daemon(limit_ms, where), observer=True))
    run.__name__ = "over_%s_%s" % (name, function.__name__)
    harness.case(run)


def add_real(kind, function):
    def run():
        function(Server(socks5d(kind), observer=False))
    run.__name__ = "socks5d_over_%s_%s" % (kind, function.__name__)
    harness.case(run)


def main():
    kinds = ["tcp", "unix"]
    if "--sctp" in sys.argv:
        sys.argv.remove("--sctp")
        kinds = ["sctp"]
    for kind in kinds:
        for function in SUITE:
            add_real(kind, function)
        if kind == "unix":
            wheres = {kind: unix_path("long")}
        else:
            wheres = {kind: kind + ":127.0.0.1:0", kind + "6": kind + ":[::1]:0"}
        for name, where in wheres.items():
            for function in SUITE:
                add_fake(name, function, "30000", where)
        for function in LIMITS:
            add_fake(kind, function, LIMIT_MS,
                     unix_path("short") if kind == "unix" else wheres[kind])
    harness.main()


main()

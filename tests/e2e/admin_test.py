#!/usr/bin/env python3
"""The admin protocol over Unix sockets and TCP, or, with --sctp, over SCTP.

Against the real daemon, and against the same server in a process with short
time limits and an observer among its accounts.
"""

import os
import subprocess
import sys

import ctl_test
import harness
from admin_daemon import fake_daemon, socks5d, unix_path
from admin_extended_suite import EXTENSION
from admin_suite import LIMITS, SUITE

LIMIT_MS = "300"


class Server:
    def __init__(self, endpoint, observer):
        self.real = not observer
        self.endpoint = endpoint
        self.local = endpoint.startswith("unix:") and os.getuid() == 0
        self.observer = observer


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


def dash_t_says_that_the_kernel_serves_sctp():
    out = subprocess.run([harness.program("socks5d"), "-t", "-c", "/dev/null"],
                         capture_output=True, text=True,
                         timeout=harness.PATIENCE).stdout
    harness.need("SCTP: this kernel serves it" in out, out)


def main():
    kinds = ["tcp", "unix"]
    if "--sctp" in sys.argv:
        sys.argv.remove("--sctp")
        kinds = ["sctp"]
        ctl_test.register(kinds)
        harness.case(dash_t_says_that_the_kernel_serves_sctp)
    for kind in kinds:
        for function in SUITE:
            add_real(kind, function)
        for function in EXTENSION if kind == "sctp" else ():
            add_real("sctp6", function)
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

#!/usr/bin/env python3
"""Instructions that a connection costs, as valgrind's callgrind counts them.

Run by tests/check.sh on a build without sanitizers, as valgrind is not
everywhere. The ceilings are rows of ceilings.txt.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
from harness import *

FEW, MANY = 50, 250

with open(os.path.join(HERE, "ceilings.txt")) as ceilings:
    CEILINGS = {name: int(most) for name, most in re.findall(
        r"^(instructions-\w+) +(\d+) ", ceilings.read(), re.M)}


class Watched(Daemon):
    """A daemon whose instructions are counted."""

    def start(self, ready=True):
        self.args = [tool("valgrind", "valgrind"), "--tool=callgrind",
                     "--callgrind-out-file=" + self.path("callgrind"),
                     *self.args]
        super().start(ready)

    def stop(self):
        super().stop()
        with open(self.path("callgrind")) as f:
            self.instructions = int(re.findall(
                r"^totals: (\d+)", f.read(), re.M)[-1])


def instructions(times, *account):
    args = ("-u", ":".join(account)) if account else ()
    with Watched(workers=1, args=args) as d, Target(echo) as t:
        for _ in range(times):
            with tunnel(d, t.host, t.port, *account) as s:
                s.sendall(b"x" * 64)
                read_exactly(s, 64)
    return d.instructions


def at_most(name, *account):
    got = (instructions(MANY, *account) - instructions(FEW, *account)) / (
        MANY - FEW)
    print("  %s: %.0f of %d" % (name, got, CEILINGS[name]))
    need(got <= CEILINGS[name], "%s: %.0f, more than %d" % (
        name, got, CEILINGS[name]))


@case
def a_connection_costs_few_instructions():
    at_most("instructions-connection")


@case
def a_login_adds_few_instructions():
    at_most("instructions-login", "alice", "secret")


main()

#!/usr/bin/env python3
"""What work costs, in counts that are the same on every machine: system calls,
allocations, memory. The ceilings are rows of ceilings.txt."""

import json
import mmap
import os
import re
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
from harness import *

MIB = 1 << 20
THREADS = 32  # as in count.c


def read_rows(name, pattern):
    with open(os.path.join(HERE, name)) as f:
        return re.findall(pattern, f.read(), re.M)


CALLS = read_rows("count.def", r"^CALL\((\w+)") + ["allocate"]
CEILINGS = {name: float(most) for name, most in
            read_rows("ceilings.txt", r"^([a-z][a-z-]+) +(\d+(?:\.\d+)?) ")}


class Counted(Daemon):
    """A daemon with one worker, whose calls are counted."""

    def __init__(self, *lines, **more):
        self.file = tempfile.NamedTemporaryFile(prefix="socks5d-count-")
        self.file.truncate(8 * len(CALLS) * THREADS)
        self.counts = mmap.mmap(self.file.fileno(), 0)
        super().__init__(*lines, workers=1, environment={
            "LD_PRELOAD": program("tests/perf/count.so"),
            "COUNT_FILE": self.file.name}, **more)

    def worker(self):
        """What the worker has done so far. Its thread accepts most."""
        width = len(CALLS)
        numbers = struct.unpack("=%dQ" % (width * THREADS), self.counts)
        rows = [dict(zip(CALLS, numbers[i:i + width]))
                for i in range(0, len(numbers), width)]
        return max(rows, key=lambda row: row["accept4"])


def asked(row):
    """System calls, but for those that wait: how often depends on timing."""
    return sum(n for call, n in row.items()
               if call not in ("epoll_wait", "allocate"))


def settled(daemon):
    """The worker's counts when it has nothing left to do."""
    last = None

    def same_again():
        nonlocal last
        before, last = last, daemon.worker()
        return before == last and last
    return wait_for(same_again, "the worker to rest")


def cost(daemon, work, times):
    """(system calls, allocations) for each time, and the worker's rows."""
    work(8)  # what is done but once: pools, caches, tables that grow
    before = settled(daemon)
    work(times)
    after = settled(daemon)
    spent = {c: after[c] - before[c] for c in CALLS}
    return asked(spent) / times, spent["allocate"] / times, spent


def at_most(name, got, spent=None):
    print("  %s: %.2f of %g" % (name, got, CEILINGS[name]))
    need(got <= CEILINGS[name], "%s: %.2f, more than %g: %s" % (
        name, got, CEILINGS[name],
        {c: n for c, n in (spent or {}).items() if n}))


def connections(daemon, target, *account):
    def work(times):
        for _ in range(times):
            with tunnel(daemon, target.host, target.port, *account) as s:
                s.sendall(b"x" * 64)
                read_exactly(s, 64)
                s.shutdown(socket.SHUT_WR)
                same(s.recv(1), b"", "the end")
    return work


@case
def a_connection_costs_few_calls_and_allocations():
    with Counted() as d, Target(echo) as t:
        calls, allocations, spent = cost(d, connections(d, t), 100)
        at_most("calls-connection", calls, spent)
        at_most("allocations-connection", allocations, spent)


@case
def a_login_adds_little_to_it():
    with Counted(args=("-u", "alice:secret")) as d, Target(echo) as t:
        calls, allocations, spent = cost(
            d, connections(d, t, "alice", "secret"), 100)
        at_most("calls-login", calls, spent)
        at_most("allocations-login", allocations, spent)


@case
def a_round_trip_costs_four_calls_and_no_memory():
    with Counted() as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as s:
            def work(times):
                for _ in range(times):
                    s.sendall(b"x" * 64)
                    read_exactly(s, 64)
            calls, allocations, spent = cost(d, work, 1000)
        at_most("calls-trip", calls, spent)
        at_most("allocations-trip", allocations, spent)


def association(daemon):
    """The client's control connection, and its socket for datagrams."""
    control = proxy_socket(daemon)
    greet(control)
    control.sendall(request("0.0.0.0", 0, 3))
    rep, host, port = read_reply(control)
    same(rep, 0, "REP")
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(PATIENCE)
    s.connect((host, port))
    return control, s


@case
def a_datagram_and_its_answer_cost_four_calls():
    with Counted() as d, socket.socket(
            socket.AF_INET, socket.SOCK_DGRAM) as target:
        target.settimeout(PATIENCE)
        target.bind(("127.0.0.1", 0))
        control, s = association(d)
        head = b"\0\0\0" + request(*target.getsockname())[3:]
        with control, s:
            def work(times):
                for _ in range(times):
                    s.send(head + b"x" * 64)
                    octets, sender = target.recvfrom(1000)
                    target.sendto(octets, sender)
                    same(s.recv(1000)[10:], octets, "an echo")
            calls, _, spent = cost(d, work, 200)
        at_most("calls-datagram-echo", calls, spent)


def pour(s):
    wanted = struct.unpack("!I", read_exactly(s, 4))[0]
    block = bytes(MIB)
    for _ in range(wanted):
        s.sendall(block)


def bulk_cost(*lines):
    with Counted(*lines) as d, Target(pour) as t:
        def work(mib):
            with tunnel(d, t.host, t.port) as s:
                s.sendall(struct.pack("!I", mib))
                take(s, mib * MIB)
        calls, _, spent = cost(d, work, 256)
        return calls, spent


@case
def bulk_inside_the_kernel_costs_few_calls():
    calls, spent = bulk_cost()
    need(spent["splice"] > 0, "nothing was spliced")
    at_most("calls-spliced-mib", calls, spent)


@case
def bulk_that_is_copied_costs_few_calls():
    calls, spent = bulk_cost("splice no")
    same(spent["splice"], 0, "splice() without the setting")
    at_most("calls-copied-mib", calls, spent)


def figure(daemon, name):
    out = subprocess.run(
        [program("socks5ctl"), "-s", "unix:" + daemon.admin, "--json",
         "metrics", name], capture_output=True, check=True).stdout
    return json.loads(out)["value"]


def heap(daemon):
    return figure(daemon, "heap")


@case
def an_idle_tunnel_with_a_login_is_small():
    times = 400
    with Daemon("max-connections 1000", args=("-u", "alice:secret"),
                descriptors=4096, workers=1) as d, Crowd() as t:
        with contextlib.ExitStack() as stack:
            def one():
                s = tunnel(d, t.host, t.port, "alice", "secret")
                s.sendall(b"x")
                read_exactly(s, 1)
                return stack.enter_context(s)
            for _ in range(8):
                one()
            before = heap(d)
            for _ in range(times):
                one()
            # A worker's buffer is counted until it lay idle for a second.
            wait_for(lambda: heap(d) - before <= times *
                     CEILINGS["octets-tunnel"] or None, "tunnels of at most "
                     "%d octets" % CEILINGS["octets-tunnel"])
            at_most("octets-tunnel", (heap(d) - before) / times)


def resident(daemon):
    """Memory of its own: not the program's pages, which come as they are used."""
    with open("/proc/%d/status" % daemon.process.pid) as f:
        return int(re.search(r"RssAnon:\s+(\d+) kB", f.read()).group(1)) * 1024


def take(s, left):
    while left > 0:
        octets = s.recv(min(left, MIB))
        need(octets, "the end, %d octets early" % left)
        left -= len(octets)


def slow_tunnel(daemon, target, mib):
    """A tunnel that gets so much and reads none of it yet."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    s.settimeout(PATIENCE)
    s.connect(("127.0.0.1", daemon.port))
    greet(s)
    s.sendall(request(target.host, target.port))
    same(read_reply(s)[0], 0, "REP")
    s.sendall(struct.pack("!I", mib))
    return s


@case
def bulk_for_slow_readers_needs_few_pipes_and_calls():
    slow, mib = 40, 6
    with Counted("max-connections 400", descriptors=4096) as d, Target(
            pour) as t, contextlib.ExitStack() as stack:
        before = settled(d)
        tunnels = [stack.enter_context(slow_tunnel(d, t, mib))
                   for _ in range(slow)]
        settled(d)
        need(figure(d, "received") < slow * mib * MIB, "nobody was slow")
        need(figure(d, "pipes") < slow * MIB / 2, "pipes wait for slow readers")
        for turn in range(mib * MIB // 65536):
            for s in tunnels:
                read_exactly(s, 65536)
        after = settled(d)
        spent = {c: after[c] - before[c] for c in CALLS}
        need(figure(d, "spliced") > 0.9 * slow * mib * MIB, "it was copied")
        at_most("calls-slow-mib", asked(spent) / (slow * mib), spent)


@case
def buffers_go_back_to_the_system_after_a_burst():
    slow, idle, mib, buffer = 40, 100, 6, 100000
    with Daemon("splice no", "buffer-size %d" % buffer, "max-connections 400",
                workers=1, descriptors=4096) as d, Target(pour) as t:
        with contextlib.ExitStack() as stack, Crowd() as crowd:
            tunnel(d, crowd.host, crowd.port).close()
            before, heap_before = resident(d), heap(d)
            tunnels = [stack.enter_context(slow_tunnel(d, t, mib))
                       for _ in range(slow)]
            wait_for(lambda: heap(d) - heap_before > slow * buffer,
                     "all buffers to be held")
            # What comes now lies behind them.
            for _ in range(idle):
                stack.enter_context(tunnel(d, crowd.host, crowd.port))
            # In turns, so that no target waits for all the others.
            for _ in range(mib):
                for s in tunnels:
                    take(s, MIB)
            wait_for(lambda: heap(d) - heap_before < slow * buffer // 4,
                     "buffers to be given up")
            wait_for(lambda: resident(d) - before < slow * buffer // 4,
                     "buffers to go back")


@case
def every_ceiling_is_some_tests():
    for name in CEILINGS:
        need(any('"%s"' % name in open(os.path.join(HERE, test)).read()
                 for test in ("cost_test.py", "instructions_test.py")),
             "no test looks at %s" % name)


main()

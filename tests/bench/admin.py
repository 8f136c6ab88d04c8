#!/usr/bin/env python3
"""Measure what administration costs: make bench-admin.

  make bench-admin                      all cases, as docs/operations.md has them
  make bench-admin CASES='base polls'   some of: sessions accounts base
                                        polls events

sessions  9,500 live ones: what a page of them costs the daemon in CPU, and how
          long it takes to come
accounts  100,000 of them: from asking for one more until it is answered
base      queries of the base protocol, 200 in flight over one Unix connection,
          taking turns with redis-benchmark -c 1 -P 200 GET over its own
polls     round trips of 64 tunnels while ten consoles look once a second,
          taking turns with nobody looking
events    what a session costs the daemon while one client is told of each, and
          while nobody is

Everything runs in a network and a process namespace of its own (see bench.py),
on whatever cores there are. Figures are medians of rounds that take turns, so
that what else the machine does hits both sides.
"""

import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]
os.environ.setdefault("SOCKS5D_TEST_PATIENCE", "300")

import bench
from admin_wire import Peer, text
from harness import Crowd, Daemon, read_reply, request
from harness import proxy_socket, tool, wait_for

SESSIONS = 9500
ACCOUNTS = 100000
ROUNDS = int(os.environ.get("ROUNDS") or 5)
SECONDS = float(os.environ.get("SECONDS") or 1)
FLIGHT = 200

STATUS, ACCOUNT_LIST, SESSION_LIST, ACCOUNT_ADD = 0x0201, 0x0204, 0x0206, 0x0300


def told(what, value):
    print("%-58s %s" % (what, value), flush=True)


def cpu_of(peer):
    """Microseconds of processor time the daemon has used; itself included."""
    status, body = peer.extended(STATUS)
    at = 8 + 8 * 4 + 7 * 8  # behind clock, eight u32 and seven u64
    return int.from_bytes(body[at:at + 8], "big")


def rows_of(body):
    """MORE, and the rows of a page."""
    rows, at = [], 1
    while at < len(body):
        size = int.from_bytes(body[at:at + 2], "big")
        rows.append(body[at + 2:at + 2 + size])
        at += 2 + size
    return body[0] == 1, rows


def milliseconds(values):
    values = sorted(values)
    return "median %.2f ms, largest %.2f ms" % (
        1e3 * statistics.median(values), 1e3 * values[-1])


# ---- pages of sessions


def open_sessions(d, target, count):
    """Tunnels in flights, so that the handshakes overlap."""
    tunnels = []
    while len(tunnels) < count:
        flight = [proxy_socket(d) for _ in range(min(250, count - len(tunnels)))]
        for s in flight:
            s.sendall(b"\5\1\0" + request(target.host, target.port))
        for s in flight:
            s.recv(2, 0x100)  # MSG_WAITALL
            read_reply(s)
        tunnels += flight
    return tunnels


def sessions():
    with Crowd() as target, Daemon("access-log off") as d:
        tunnels = open_sessions(d, target, SESSIONS)
        with Peer("unix:" + d.admin) as p:
            took, pages, seen, cursor = [], 0, 0, 0
            before = cpu_of(p)
            begin = time.monotonic()
            for _ in range(3):
                more, cursor = True, 0
                while more:
                    start = time.monotonic()
                    status, body = p.extended(
                        SESSION_LIST, b"\0" + cursor.to_bytes(8, "big"))
                    took.append(time.monotonic() - start)
                    more, rows = rows_of(body)
                    cursor = int.from_bytes(rows[-1][:8], "big")
                    pages += 1
                    seen += len(rows)
            used = (cpu_of(p) - before) / pages
        told("%d sessions, a page of %d: CPU" %
             (SESSIONS, seen // pages), "%.2f ms" % (used / 1e3))
        told("  until it is there", milliseconds(took))
        assert seen == 3 * SESSIONS, seen
        for s in tunnels:
            s.close()


# ---- accounts


def fill_store(path):
    """Copies of one account, as an older daemon might have left them."""
    with Daemon(store="sqlite:" + path) as d, Peer("unix:" + d.admin) as p:
        p.extended(ACCOUNT_ADD, text("first") + text("secret") + b"\0")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.executemany(
            "INSERT INTO account (name, role, enabled, created, hash) "
            "SELECT ?, role, enabled, created, hash FROM account WHERE id = 1",
            (("user-%06d" % i,) for i in range(ACCOUNTS - 1)))
    db.close()


def accounts():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s.db")
        fill_store(path)
        start = time.monotonic()
        with Daemon(store="sqlite:" + path) as d:
            told("%d accounts: until the daemon serves" % ACCOUNTS,
                 "%.2f s" % (time.monotonic() - start))
            with Peer("unix:" + d.admin) as p:
                took = []
                for i in range(50):
                    start = time.monotonic()
                    status, body = p.extended(ACCOUNT_ADD, text(
                        "late-%d" % i) + text("secret") + b"\0")
                    took.append(time.monotonic() - start)
                    assert status == 0, body
                told("  until one more is answered", milliseconds(took))
                took = []
                for i in range(50):
                    start = time.monotonic()
                    p.extended(ACCOUNT_LIST, text("user-0%d" % (1000 * i)))
                    took.append(time.monotonic() - start)
                told("  a page of them", milliseconds(took))


# ---- the base protocol beside redis


def base_rate(p):
    """Answers a second to the query for all connections ever."""
    flight, size = b"\0\1" * FLIGHT, 10 * FLIGHT
    buffer = memoryview(bytearray(size))
    end, count, start = 0, 0, time.monotonic()
    while end < start + SECONDS:
        p.socket.sendall(flight)
        got = 0
        while got < size:
            got += p.socket.recv_into(buffer[got:])
        count += FLIGHT
        end = time.monotonic()
    return count / (end - start)


def redis_rate(path, count):
    """The same of GET, by redis's own benchmark; about a second of it."""
    done = subprocess.run(
        [tool("redis-benchmark", "redis-tools"), "-s", path, "-t", "get", "-c",
         "1", "-P", str(FLIGHT), "-n", str(count), "--csv"],
        capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1].split(",")[1].strip('"'))


def base():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "redis.sock")
        redis = subprocess.Popen(
            [tool("redis-server", "redis-server"), "--port", "0",
             "--unixsocket", path, "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: os.path.exists(path), "redis")
            with Daemon() as d, Peer("unix:" + d.admin) as p:
                base_rate(p)
                count = int(redis_rate(path, 200000) * SECONDS)
                pairs = [(base_rate(p), redis_rate(path, count))
                         for _ in range(ROUNDS)]
        finally:
            redis.terminate()
            redis.wait()
    ours, theirs = (statistics.median(side) for side in zip(*pairs))
    told("base queries, %d in flight on one connection" % FLIGHT,
         "%.2f million a second" % (ours / 1e6))
    told("  redis GET beside it", "%.2f million a second" % (theirs / 1e6))
    told("  in proportion", "%.2f" % statistics.median(
        a / b for a, b in pairs))


# ---- consoles beside tunnels


class Consoles:
    """Ten of them, each with all it shows, once a second."""

    def __init__(self, d):
        self.peers = [Peer("unix:" + d.admin) for _ in range(10)]
        self.looking = self.ending = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ending:
            for p in self.peers:
                if self.looking:
                    p.extended(STATUS)
                    p.extended(SESSION_LIST, b"\0" + bytes(8))
                    p.extended(ACCOUNT_LIST, b"\0")
                time.sleep(1 / len(self.peers))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ending = True
        self.thread.join()
        for p in self.peers:
            p.close()


def load(kind):
    """What tests/bench/load says of 64 tunnels."""
    done = subprocess.run(
        [os.path.join(bench.BUILD, "tests/bench/load"), kind, "-x", "1080",
         "-n", "64", "-s", str(SECONDS)],
        capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def polls():
    with Daemon("listen 127.0.0.1:1080", "access-log off") as d, \
            Consoles(d) as consoles:
        with Peer("unix:" + d.admin) as p:
            consoles.looking = True
            before = cpu_of(p), time.monotonic()
            time.sleep(3 * SECONDS)
            used = (cpu_of(p) - before[0]) / (time.monotonic() - before[1])
        told("ten consoles that look once a second: CPU",
             "%.2f %% of a core" % (used / 1e4))
        found = {False: [], True: []}
        load("trips")
        for i in range(4 * ROUNDS):
            for looking in (i % 2 == 0, i % 2 == 1):
                consoles.looking = looking
                found[looking].append(load("trips"))
    alone, beside = (statistics.median(t["p99"] for t in found[looking])
                     for looking in (False, True))
    told("64 tunnels, round trips, 99 %: nobody looks", "%.0f us" % alone)
    told("  ten consoles look once a second", "%.0f us" % beside)
    told("  in proportion", "%.3f" % (beside / alone))


def raise_descriptors():
    """Two for each session, here and in the daemon, which inherits it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# ---- who is told of each session


class Listener:
    """Reads what it is told as fast as it comes, while it has subscribed."""

    def __init__(self, d):
        self.peer = Peer("unix:" + d.admin)
        self.octets = 0
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while True:
            got = len(self.peer.socket.recv(1 << 20))
            self.octets += got
            if got == 0:
                return

    def __enter__(self):
        self.peer.subscribe(sessions=1)
        self.peer.socket.settimeout(None)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.peer.socket.shutdown(2)
        self.thread.join()
        self.peer.close()


def setup(p):
    """Microseconds of the daemon's CPU for a session that is opened and
    closed."""
    before = cpu_of(p), counter(p, "accepted")
    load("setup")
    return (cpu_of(p) - before[0]) / (counter(p, "accepted") - before[1])


def counter(p, name):
    body = p.extended(0x0202, text(name))[1]
    at = 3 + 1 + len(name)
    return int.from_bytes(body[at:at + 8], "big")


def events():
    with Daemon("listen 127.0.0.1:1080", "access-log off") as d, \
            Peer("unix:" + d.admin) as p:
        setup(p)
        alone, told_of, octets = [], [], []
        for _ in range(2 * ROUNDS):
            alone.append(setup(p))
            with Listener(d) as listener:
                told_of.append(setup(p))
            octets.append(listener.octets)
    a, b = statistics.median(alone), statistics.median(told_of)
    told("a session opened and closed: CPU, nobody is told", "%.1f us" % a)
    told("  one is told", "%.1f us, and reads %.1f MB/s" %
         (b, statistics.median(octets) / SECONDS / 1e6))


def main():
    bench.isolate()
    bench.prepare_network()
    raise_descriptors()
    wanted = os.environ.get("CASES", "").split()
    for case in (sessions, accounts, base, polls, events):
        if not wanted or case.__name__ in wanted:
            case()


if __name__ == "__main__":
    main()

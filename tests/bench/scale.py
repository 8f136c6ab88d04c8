#!/usr/bin/env python3
"""How the cost of socks5d grows: make bench-scale.

With tunnels, rules, accounts, clients of the administrator and workers; and
how long a handshake takes beside a thousand bulk streams, next to others.
Writes its tables into docs/performance.md; ROUNDS=3, ONLY='rules accounts'
for some of them, which are printed. bench.py says how it is measured.
"""

import contextlib
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import bench

LINES = ("listen 127.0.0.1:{port}", "admin unix:{dir}/scale.sock",
         "user root", "access-log off")


def daemon(folder, cores, lines=(), words="", kind="socks", name="socks5d"):
    """A bench.Peer that is a socks5d with those lines."""
    section = {"kind": kind, "command":
               "{build}/socks5d -f -c {conf} " + words,
               "conf": "\n".join((*lines, *LINES))}
    peer = bench.Peer(name, Section(section), folder, cores)
    peer.port = 1180
    peer.command = peer.fill(section["command"])
    peer.write_conf(Section(section))
    return peer


class Section(dict):
    """As configparser has them."""

    def getint(self, key, otherwise):
        return int(self.get(key, otherwise))


def load(peer, kind, flows, *more):
    """The median of ROUNDS, as load.c reports it."""
    results = [bench.run_load(peer, kind, flows, LOAD_CORE, *more)
               for _ in range(ROUNDS)]
    results = [r for r in results if r]
    return {key: statistics.median(r[key] for r in results)
            for key in ("cpu_us", "rate", "p50", "p99", "octets", "failed")}


@contextlib.contextmanager
def running(peer):
    try:
        if not peer.start():
            sys.exit("bench: socks5d does not start:\n" +
                     open(peer.conf + ".log").read())
        yield peer
    finally:
        peer.stop()


def table(head, rows):
    lines = ["| %s |" % " | ".join(head), "|---:|" + "---:|" * (len(head) - 1)]
    lines += ["| %s |" % " | ".join(
        c if isinstance(c, str) else bench.number(c) for c in row)
        for row in rows]
    return "\n".join(lines) + "\n\n"


# ---- what grows


def tunnels(folder):
    rows = []
    for n in (10, 100, 1000, 9500):
        with running(daemon(folder, CORES, (
                "store memory:", "auth no", "workers 1"))) as peer:
            trips = load(peer, "trips", n)
        with running(daemon(folder, CORES, (
                "store memory:", "auth no", "workers 1"))) as peer:
            idle = bench.run_load(peer, "idle", n, LOAD_CORE)
        rows.append(("%d" % n, trips["cpu_us"], trips["rate"],
                     trips["p99"] / 1000,
                     # a page more or less is nothing for a thousand
                     idle["octets"] if n >= 1000 else "-",
                     "%d" % trips["failed"]))
    return table(("tunnels, all busy", "us a round trip", "trips/s",
                  "p99, ms", "octets an idle tunnel", "failed"), rows)


def rules(folder):
    rows = []
    for n in (0, 100, 1000, 10000):
        names = ["rule deny to host%d.example" % i for i in range(n // 2)]
        nets = ["rule deny to 10.%d.%d.0/24" % divmod(i, 256)
                for i in range(n - n // 2)]
        with running(daemon(folder, CORES, (
                "store memory:", "auth no", "workers 1", *names, *nets,
                "rule allow to 127.0.0.0/8"))) as peer:
            r = load(peer, "setup", 64)
        rows.append(("%d" % n, r["cpu_us"], r["rate"]))
    return table(("rules", "us a connection", "connections/s"), rows)


def fill(path, n):
    """Copies of the first account, in the daemon's own database."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        columns = [r[1] for r in db.execute("PRAGMA table_info(account)")]
        rest = ", ".join(c for c in columns if c not in ("id", "name"))
        db.executemany(
            "INSERT INTO account (name, %s) SELECT 'user' || ?, %s "
            "FROM account WHERE name = 'bench'" % (rest, rest),
            ((i,) for i in range(n)))


def accounts(folder):
    rows = []
    for n in (1, 1000, 100000):
        path = os.path.join(folder, "accounts-%d.db" % n)
        lines = ("store sqlite:" + path, "workers 1")
        peer = daemon(folder, CORES, lines, kind="login")
        with running(peer):
            subprocess.run(
                [bench.BUILD + "/socks5ctl", "-s", "unix:%s/scale.sock" %
                 folder, "user", "add", "bench"], input="bench\n", text=True,
                env={**os.environ, "SOCKS5_PASSWORD": "bench"}, check=True,
                stdout=subprocess.DEVNULL)
        fill(path, n - 1)
        begun = time.monotonic()
        with running(daemon(folder, CORES, lines, kind="login")) as peer:
            ready = time.monotonic() - begun
            r = load(peer, "setup", 64)
            told = subprocess.run(
                [bench.BUILD + "/socks5ctl", "-s", "unix:%s/scale.sock" %
                 folder, "--json", "status"], stdout=subprocess.PIPE,
                text=True, check=True).stdout
            assert '"users":%d,' % n in told.replace(" ", ""), told
        rows.append(("%d" % n, r["cpu_us"], r["rate"], ready * 1000))
    return table(("accounts", "us a connection with login", "connections/s",
                  "start, ms"), rows)


def poll(path, clients):
    """That many administrators who each ask for the state once a second."""
    sockets = []
    for _ in range(clients):
        s = socket.socket(socket.AF_UNIX)
        s.connect(path)
        s.sendall(b"\1\5local\5local")
        s.recv(2)
        sockets.append(s)
    while True:
        for s in sockets:
            s.sendall(b"\0\2" * 4)
            s.recv(4096)
            time.sleep(1 / clients)


def consoles(folder):
    rows = []
    for n in (0, 1, 8, 64):
        with running(daemon(folder, CORES, (
                "store memory:", "auth no", "workers 1"))) as peer:
            pid = os.fork() if n else 0
            if n and pid == 0:
                with contextlib.suppress(OSError):
                    poll(folder + "/scale.sock", n)
                os._exit(0)
            r, t = load(peer, "setup", 64), load(peer, "trips", 64)
            if n:
                os.kill(pid, 9)
                os.waitpid(pid, 0)
        rows.append(("%d" % n, r["cpu_us"], t["cpu_us"]))
    return table(("administrators who poll", "us a connection",
                  "us a round trip"), rows)


def spread(folder):
    """Accepted by each worker."""
    out = subprocess.run(
        [bench.BUILD + "/socks5ctl", "-s", "unix:%s/scale.sock" % folder,
         "--json", "worker", "list"], stdout=subprocess.PIPE, text=True,
        check=True).stdout
    return [bench.json.loads(line)["accepted"] for line in out.splitlines()]


def workers(folder):
    rows = []
    for n in (1, 2, 4):
        with running(daemon(folder, ALL_CORES, (
                "store memory:", "auth no", "workers %d" % n))) as peer:
            r, t, b = (load(peer, kind, 64)
                       for kind in ("setup", "trips", "bulk"))
            each = spread(folder)
        rows.append(("%d" % n, r["cpu_us"], r["rate"], t["cpu_us"], t["rate"],
                     b["cpu_us"] * 1e3, b["rate"] * 8e-9,
                     " ".join("%.0f%%" % (100 * a / sum(each))
                              for a in each)))
    return table(("workers", "us a connection", "connections/s",
                  "us a round trip", "trips/s", "s/GB, 64 streams", "Gbit/s",
                  "connections of each worker"), rows)


def beside_bulk(folder):
    rows = []
    table_of = bench.peer_table()
    for name in ("socks5d", "hev", "dante", "microsocks", "v2ray"):
        peer = bench.Peer(name, table_of[name], folder, CORES)
        if not peer.installed():
            continue
        with running(peer):
            alone = load(peer, "setup", 16)
            bulk = subprocess.Popen(
                [bench.LOAD, "bulk", "-n", "1000", "-s", "%d" % (
                    4 * ROUNDS + 4), *peer.load_options()],
                stdout=subprocess.DEVNULL, preexec_fn=lambda:
                os.sched_setaffinity(0, LOAD_CORE))
            time.sleep(3)  # for the streams to be there
            busy = load(peer, "setup", 16, "-o")
            bulk.kill()
            bulk.wait()
        rows.append((name, alone["p50"] / 1000, alone["p99"] / 1000,
                     busy["p50"] / 1000, busy["p99"] / 1000, busy["rate"]))
    return table(("16 handshakes at a time", "p50 alone, ms", "p99 alone, ms",
                  "p50 beside 1,000 bulk streams, ms", "p99, ms",
                  "connections/s"), rows)


ALL = (tunnels, rules, accounts, consoles, workers, beside_bulk)


def main():
    wanted = os.environ.get("ONLY", "")
    text = ""
    with tempfile.TemporaryDirectory(prefix="socks5d-scale-") as folder:
        for part in ALL:
            if bench.chosen(part.__name__, wanted):
                text += part(folder)
                bench.say("bench: %s done" % part.__name__)
    print(text)
    if not wanted:
        bench.write_between(os.path.join(bench.DOCS, "performance.md"),
                            "scale", text)


if __name__ == "__main__":
    bench.isolate()
    bench.prepare_network()
    ROUNDS = int(os.environ.get("ROUNDS") or "3")
    LOAD_CORE, CORES = bench.cores()
    ALL_CORES = os.sched_getaffinity(0)
    main()

#!/usr/bin/env python3
"""Measure socks5d beside other proxies: make bench.

  make bench                            everything; writes docs/performance.md
  make bench ROUNDS=1 CASES='setup trips-64' PEERS='socks5d dante'
                                        a part of it; prints

BENCH=dissect measures what reading logins in passing costs (dissect.conf).
CASES and PEERS are beginnings of names. SECONDS=1 is how long each case is
measured in each round; CORES=1 how many cores the proxies have.

All of it runs in a network and a process namespace of its own. The programs of
peers.conf take turns in short rounds, so that what else the machine does hits
all of them; a figure is the median of the rounds. The load has the first core,
the proxy the rest of CORES; with one core they share it. CPU is what the
kernel charged to all processes of a proxy, which on loopback includes the
receiving side of what it sends.
"""

import configparser
import contextlib
import json
import os
import platform
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DOCS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "docs")
BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
LOAD = os.path.join(BUILD, "tests/bench/load")
TARGET = 7000
DESCRIPTORS = 20000
PATIENCE = 15  # seconds until a proxy listens
SETTLED = 2  # seconds until what starting took has been given back

# name: kind, flows, what one unit costs is told in, and by which factor of
# microseconds; what a rate is told in, and its factor.
CASES = {
    "bulk-1": ("bulk", 1, "s/GB", 1e3, "Gbit/s", 8e-9),
    "bulk-64": ("bulk", 64, "s/GB", 1e3, "Gbit/s", 8e-9),
    "bulk-1000": ("bulk", 1000, "s/GB", 1e3, "Gbit/s", 8e-9),
    "setup-64": ("setup", 64, "us", 1, "/s", 1),
    "login-64": ("setup", 64, "us", 1, "/s", 1),
    "trips-64": ("trips", 64, "us", 1, "/s", 1),
    "trips-1000": ("trips", 1000, "us", 1, "/s", 1),
    "udp-4": ("udp", 4, "us", 1, "/s", 1),
    "idle-3000": ("idle", 3000, None, None, None, None),
    "login-3000": ("idle", 3000, None, None, None, None),
}


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def chosen(name, wanted):
    return not wanted or any(name.startswith(w) for w in wanted.split())


# ---- a place of our own


def isolate():
    """Start again with no network but our own loopback, and processes that
    end when we do."""
    if os.environ.get("BENCH_INSIDE"):
        return
    if not shutil.which("unshare") or not shutil.which("ip"):
        sys.exit("bench: unshare and ip are needed: apt-get install "
                 "util-linux iproute2")
    os.environ["BENCH_INSIDE"] = "yes"
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    os.execvp("unshare", ["unshare", *rights, "--net", "--pid", "--fork",
                          "--kill-child", "--mount-proc", sys.executable,
                          *sys.argv])


def prepare_network():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for key, value in {"ipv4/ip_local_port_range": "16384 65535",
                       "ipv4/tcp_tw_reuse": "1",
                       "ipv4/tcp_max_tw_buckets": "16384",
                       "ipv4/tcp_max_syn_backlog": "65535",
                       "core/somaxconn": "65535"}.items():
        with contextlib.suppress(OSError), open(
                "/proc/sys/net/" + key, "w") as f:
            f.write(value)


def cores():
    """Of the load, and of the proxies; a core in both if there are too few."""
    all_cores = sorted(os.sched_getaffinity(0))
    n = int(os.environ.get("CORES", "1"))
    return {all_cores[0]}, set(all_cores[1:1 + n] or all_cores)


# ---- the proxies


class Peer:
    def __init__(self, name, section, folder, proxy_cores):
        self.name = name
        self.kind = section.get("kind", "socks")
        self.port = section.getint("port", 0)
        self.without = section.get("without", "").split()
        self.load = section.get("load", "").split()
        self.folder = folder
        self.cores = proxy_cores
        self.leaders = []
        self.fill = lambda text: re.sub(
            r"\{(\w+)\}", lambda m: self.words().get(m[1], m[0]), text or "")
        self.conf = os.path.join(folder, re.sub(r"\W+", "-", name) + ".conf")
        self.command = self.fill(section.get("command"))
        self.beside = self.fill(section.get("beside"))
        self.write_conf(section)

    def words(self):
        return {"port": str(self.port), "dir": self.folder, "build": BUILD,
                "target": str(TARGET), "conf": self.conf,
                "workers": str(len(self.cores))}

    def write_conf(self, section):
        count, _, line = section.get("many", "0 ").partition(" ")
        text = "".join(line.replace("{i}", str(i)) + "\n"
                       for i in range(int(count)))
        with open(self.conf, "w") as f:
            f.write(text + self.fill(section.get("conf")) + "\n")

    def installed(self):
        return not self.command or shutil.which(self.command.split()[0])

    def can(self, case):
        if case in self.without:
            return False
        if self.kind == "plain":
            return not case.startswith(("udp", "login"))
        return self.kind == "direct" or (
            case.startswith("login") == (self.kind == "login"))

    def open_session(self, command):
        with open(self.conf + ".log", "ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=lambda:
                (os.sched_setaffinity(0, self.cores),
                 resource.setrlimit(resource.RLIMIT_NOFILE,
                                    (DESCRIPTORS, DESCRIPTORS))))

    def start(self):
        """False: it does not listen."""
        if not self.command or self.leaders and self.listens():
            return True
        self.stop()
        self.leaders = [self.open_session(self.command.split())]
        end = time.monotonic() + PATIENCE
        while not self.listens():
            if time.monotonic() > end or self.leaders[0].poll() is not None:
                return False
            time.sleep(0.02)
        if self.beside:
            self.leaders.append(self.open_session(["sh", "-c", self.beside]))
        return True

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        for leader in self.leaders:
            with contextlib.suppress(OSError):
                os.killpg(leader.pid, signal.SIGKILL)
            leader.wait()
        self.leaders = []

    def load_options(self):
        if self.kind == "direct":
            return ["-d"]
        way = ["-t" if self.kind == "plain" else "-x", str(self.port)]
        login = ["-u", "bench:bench"] if self.kind == "login" else []
        return [*way, *login, *self.load, "-p", str(self.leaders[0].pid)]


def peer_table(name="peers"):
    table = configparser.ConfigParser(interpolation=None)
    table.read(os.path.join(HERE, name + ".conf"))
    return table


def read_peers(folder, proxy_cores):
    table = peer_table(os.environ.get("BENCH") or "peers")
    for name in table.sections():
        if not chosen(name, os.environ.get("PEERS")):
            continue
        peer = Peer(name, table[name], folder, proxy_cores)
        if peer.installed():
            yield peer
        else:
            say("bench: %s is not installed, left out" % name)


# ---- measuring


def run_load(peer, kind, flows, load_core, *more):
    """What load.c reports, or None."""
    result = subprocess.run(
        [LOAD, kind, "-n", str(flows), "-s", os.environ.get("SECONDS") or "1",
         *more, *peer.load_options()],
        stdout=subprocess.PIPE, text=True, timeout=120,
        preexec_fn=lambda: os.sched_setaffinity(0, load_core))
    if result.returncode != 0:
        say("bench: the load cannot measure %s" % peer.name)
        return None
    return json.loads(result.stdout)


def run_case(peer, case, load_core):
    kind, flows = CASES[case][:2]
    if kind == "idle":
        peer.stop()  # what it holds anyway is what a fresh one holds
    if not peer.start():
        say("bench: %s does not listen, see what it says:" % peer.name)
        with open(peer.conf + ".log") as f:
            say(f.read()[-500:])
        return None
    if kind == "idle":
        time.sleep(SETTLED)
    return run_load(peer, kind, flows, load_core)


def measure(peers, cases, rounds, load_core):
    """{(peer, case): [result...]}"""
    results = {}
    for turn in range(rounds):
        for n, case in enumerate(cases):
            able = [p for p in peers if p.can(case)]
            k = (turn + n) % len(able) if able else 0
            for peer in able[k:] + able[:k]:
                result = run_case(peer, case, load_core)
                if result:
                    results.setdefault((peer.name, case), []).append(result)
        say("bench: round %d of %d done" % (turn + 1, rounds))
    return results


# ---- telling


def median(results, key):
    return statistics.median(r[key] for r in results)


def number(x):
    return ("%.0f" if x >= 100 else "%.1f" if x >= 10 else "%.2f") % x


def cell(results, what, case):
    """A figure, with a note of clients that were let down."""
    if not results:
        return "-"
    _, flows, _, cost_factor, _, rate_factor = CASES[case]
    x = {"cost": lambda: median(results, "cpu_us") * (cost_factor or 1),
         "rate": lambda: median(results, "rate") * (rate_factor or 1),
         "p99": lambda: median(results, "p99") / 1000,
         "octets": lambda: median(results, "octets"),
         "descriptors": lambda: median(results, "descriptors")}[what]()
    lost = median(results, "failed")
    return number(x) + (" (%d of %d failed)" % (lost, flows) if lost else "")


def base_name(peer):
    return peer.partition(", login")[0]


def table(results, what, cases, title):
    """Rows are programs; one's login has a section of its own but one row."""
    names = list(dict.fromkeys(base_name(p) for p, c in results))
    heads = [c + ("" if what not in ("cost", "rate") else
                  " (%s)" % CASES[c][2 if what == "cost" else 4])
             for c in cases]
    lines = ["| %s | %s |" % (title, " | ".join(heads)),
             "|---|" + "---:|" * len(cases)]
    for name in names:
        if name == "direct" and what not in ("rate", "p99"):
            continue
        cells = [cell(results.get((name, c)) or
                      results.get((name + ", login", c)), what, c)
                 for c in cases]
        if any(c != "-" for c in cells):
            lines.append("| %s | %s |" % (name, " | ".join(cells)))
    return "\n".join(lines) + "\n"


def tables(results, cases, rounds):
    busy = [c for c in cases if CASES[c][2]]
    waiting = [c for c in busy if c.startswith(("setup", "login", "trips"))]
    idle = [c for c in cases if CASES[c][0] == "idle"]
    about = ("Medians of %d rounds of %s s; Linux %s, %d cores, the proxy on "
             "%s of them, the load on another.\n" %
             (rounds, os.environ.get("SECONDS") or "1",
              ".".join(platform.release().split(".")[:2]), os.cpu_count(),
              os.environ.get("CORES", "1")))
    parts = [about]
    if busy:
        parts.append(table(results, "cost", busy, "CPU for each"))
        parts.append(table(results, "rate", busy, "rate"))
    if waiting:
        parts.append(table(results, "p99", waiting, "p99, ms"))
    if idle:
        parts.append(table(results, "octets", idle, "octets an idle tunnel"))
        parts.append(table(results, "descriptors", idle,
                           "descriptors an idle tunnel"))
    return "\n".join(parts)


def write_between(path, name, text):
    begin, end = "<!-- begin %s -->" % name, "<!-- end %s -->" % name
    with open(path) as f:
        before, _, rest = f.read().partition(begin)
    after = rest.partition(end)[2]
    with open(path, "w") as f:
        f.write(before + begin + "\n" + text + end + after)


# ---- the picture

PLOT = """
set terminal svg size 960,420 font "sans-serif,11" background rgb "white"
set output "{svg}"
set title "CPU of the proxy for the same work (socks5d = 1, less is better)"
set style data histograms
set style histogram clustered gap 2
set style fill solid 0.85 noborder
set boxwidth 0.9
set yrange [0:5]
set grid ytics lc rgb "#dddddd"
set key outside right top
set border 3
set tics nomirror
set datafile missing "-"
set linetype 9 linecolor rgb "#999999"
plot {columns}
"""


def plot(results, cases, folder):
    if not shutil.which("gnuplot"):
        say("bench: no picture: apt-get install gnuplot-nox")
        return
    names = [n for n in dict.fromkeys(base_name(p) for p, c in results)
             if n != "direct"]
    data = os.path.join(folder, "plot.data")
    with open(data, "w") as f:
        for case in (c for c in cases if CASES[c][2]):
            row = [results.get((n, case)) or results.get((n + ", login", case))
                   for n in names]
            ours = row[names.index("socks5d")]
            f.write('"%s"' % case)
            for r in row:
                f.write(" %.3f" % (median(r, "cpu_us") /
                                   median(ours, "cpu_us"))
                        if r and ours else " -")
            f.write("\n")
    columns = ", ".join('"%s" using %d%s title "%s"' % (
        data, i + 2, ":xtic(1)" if i == 0 else "", n)
        for i, n in enumerate(names))
    svg = os.path.join(DOCS, "performance.svg")
    subprocess.run(["gnuplot"], input=PLOT.format(svg=svg, columns=columns),
                   text=True, check=True)


def main():
    isolate()
    prepare_network()
    rounds = int(os.environ.get("ROUNDS") or "5")
    wanted = os.environ.get("CASES")
    part = wanted or os.environ.get("PEERS") or os.environ.get("BENCH")
    cases = [c for c in CASES if chosen(c, wanted)]
    load_core, proxy_cores = cores()
    with tempfile.TemporaryDirectory(prefix="socks5d-bench-") as folder:
        os.chmod(folder, 0o755)
        peers = list(read_peers(folder, proxy_cores))
        try:
            results = measure(peers, cases, rounds, load_core)
        finally:
            for peer in peers:
                peer.stop()
        text = tables(results, cases, rounds)
        print(text)
        if os.environ.get("JSON"):
            with open(os.environ["JSON"], "w") as f:
                json.dump([[*k, v] for k, v in results.items()], f)
        if not part:
            write_between(os.path.join(DOCS, "performance.md"), "bench", text)
            plot(results, cases, folder)


if __name__ == "__main__":
    main()

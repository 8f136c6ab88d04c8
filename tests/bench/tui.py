#!/usr/bin/env python3
"""Measure socks5tui beside other full-screen monitors: make bench-tui.

  make bench-tui                      everything; writes docs/console.md
  make bench-tui SECONDS=5 PROGRAMS='socks5tui htop'
                                      a part of it; prints

Each program runs in a pseudo-terminal of its own (TERM=xterm-256color, UTF-8)
and refreshes once a second. A frame is output between silences of 100 ms. CPU
is what the scheduler charged its threads, the median of three stretches; memory
is from smaps_rollup; a key is Down or Up, from write() to the first octet back;
starts are the best of five: what else the machine does only adds to them. socks5tui shows a real daemon with
200 sessions that move data, and for the last rows a server with 10,000.
"""

import fcntl
import os
import platform
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from harness import *
from terminal import FakeServer

DOCS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "docs", "console.md")
SECONDS = float(os.environ.get("SECONDS", "30"))
PROGRAMS = os.environ.get("PROGRAMS", "").split()
SILENCE, SESSIONS, MANY, KEYS = 0.1, 200, 10000, 20
DOWN = b"\x1b[B"


# ---- a program in a terminal


class Watched:
    def __init__(self, argv, width, height, **env):
        self.start = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", height, width, 0, 0))
            os.execvpe(argv[0], argv, clean_environment(
                TERM="xterm-256color", **env))
        self.first = self.full = None
        self.octets = 0

    def read(self, patience):
        """(time, octets) of what comes next; (None, b"") if nothing does."""
        if not select.select([self.fd], [], [], max(patience, 0))[0]:
            return None, b""
        now = time.monotonic()
        try:
            data = os.read(self.fd, 1 << 20)
        except OSError:
            raise Failure("it ended by itself") from None
        return now, data

    def settle(self):
        """Until the first screen is there: 1 kB, then 50 ms of silence."""
        last, total, end = None, 0, time.monotonic() + 20
        while time.monotonic() < end:
            at, data = self.read(0.05)
            if not data:
                if total >= 1000:
                    self.full = last - self.start
                    return
                continue
            if self.first is None:
                self.first = at - self.start
            total, last = total + len(data), at
        raise Failure("no screen came")

    def frames(self, seconds):
        """Sizes of the frames within that time."""
        sizes, size, last = [], 0, 0
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            at, data = self.read(min(left, SILENCE))
            if data and size and at - last > SILENCE:
                sizes.append(size)
                size = 0
            if data:
                size, last = size + len(data), at
        return sizes + [size] if size else sizes

    def key(self, octets):
        """Milliseconds until something comes back."""
        os.write(self.fd, octets)
        sent = time.monotonic()
        at, data = self.read(2)
        return (at - sent) * 1000 if data else None

    def keys(self, n, quiet=True):
        """What n keys took, each pressed in a silence, or at any time."""
        took = []
        for i in range(n):
            if quiet:
                while self.read(0.15)[1]:
                    pass
            else:  # the output that was there before is not the answer
                while self.read(0.013)[1]:
                    pass
            ms = self.key(b"\x1b[A" if i % 2 else DOWN)
            if ms is not None:
                took.append(ms)
        return took

    def cpu(self):
        total = 0
        for task in os.listdir("/proc/%d/task" % self.pid):
            with open("/proc/%d/task/%s/schedstat" % (self.pid, task)) as f:
                total += int(f.read().split()[0])
        return total / 1e9

    def memory(self):
        with open("/proc/%d/smaps_rollup" % self.pid) as f:
            text = f.read()
        return [int(re.search(r"^%s:\s+(\d+)" % k, text, re.M).group(1)) / 1024
                for k in ("Rss", "Pss")]

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def percentile(values, p):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * p))] if values else None


def measure(argv, width, height, press=b"", keys=True, **env):
    firsts, fulls = [], []
    for _ in range(5):
        w = Watched(argv, width, height, **env)
        w.settle()
        firsts.append(w.first)
        fulls.append(w.full)
        if len(firsts) < 5:
            w.end()
    try:
        for key in press.decode():
            os.write(w.fd, key.encode())
            w.frames(0.5)
        w.frames(3)
        sizes, minutes = [], []
        for _ in range(3):
            cpu, begin = w.cpu(), time.monotonic()
            sizes += w.frames(SECONDS / 3)
            minutes.append((w.cpu() - cpu) * 60 / (time.monotonic() - begin))
        took = w.keys(KEYS) if keys else []
        rss, pss = w.memory()
        return dict(first=min(firsts) * 1000, full=min(fulls) * 1000,
                    cpu=statistics.median(minutes),
                    frame=statistics.median(sizes) if sizes else 0,
                    frame95=percentile(sizes, 0.95) or 0, rss=rss, pss=pss,
                    key=percentile(took, 0.5), key95=percentile(took, 0.95))
    finally:
        w.end()


# ---- what there is to see


class Load:
    """A daemon with sessions that move a little data all the time."""

    def __enter__(self):
        self.daemon = Daemon()
        self.target = Crowd()
        self.ending = threading.Event()
        for i in range(8):
            subprocess.run([program("socks5ctl"), "-s",
                            "unix:" + self.daemon.admin, "user", "add",
                            "user-%d" % i], input=b"secret\n", check=True,
                           stdout=subprocess.DEVNULL)
        self.tunnels = [tunnel(self.daemon, self.target.host, self.target.port,
                               "user-%d" % (i % 8), "secret")
                        for i in range(SESSIONS)]
        threading.Thread(target=self.move, daemon=True).start()
        return self

    def move(self):
        turn = 0
        while not self.ending.wait(0.05):
            for i in range(0, SESSIONS, 25):
                s = self.tunnels[(i + turn) % SESSIONS]
                s.sendall(b"x" * (200 + turn * 37 % 3000))
                s.recv(65536)
            turn += 1

    def __exit__(self, *_):
        self.ending.set()
        for s in self.tunnels:
            s.close()
        self.daemon.kill()


def version(*argv):
    try:
        text = subprocess.run(argv, capture_output=True, text=True).stdout
        return re.search(r"\d+(\.\d+)+", text).group()
    except (OSError, AttributeError):
        return None


def with_tor(folder):
    """nyx wants a tor; one that goes nowhere will do."""
    rc = folder + "/torrc"
    with open(rc, "w") as f:
        f.write("DisableNetwork 1\nSocksPort 0\nDataDirectory %s/tor\n"
                "ControlPort unix:%s/control\n" % (folder, folder))
    process = subprocess.Popen(["tor", "--quiet", "-f", rc, "--defaults-torrc",
                                rc])
    wait_for(lambda: os.path.exists(folder + "/control"), "tor")
    return process


def peers(folder):
    """name, version, argv, environment of the others that are installed."""
    home = dict(HOME=folder, XDG_CONFIG_HOME=folder)
    os.makedirs(folder + "/btop", exist_ok=True)
    with open(folder + "/btop/btop.conf", "w") as f:
        f.write("update_ms = 1000\n")
    yield "htop", version("htop", "--version"), ["htop", "-d", "10"], home
    yield "btop", version("btop", "--version"), ["btop"], home
    yield "nyx", version("nyx", "--version"), [
        "nyx", "-s", folder + "/control"], home


def wanted(name):
    return not PROGRAMS or name in PROGRAMS


def rows():
    own = program("socks5tui")
    folder = tempfile.mkdtemp(prefix="socks5-bench-tui-")
    config = dict(XDG_CONFIG_HOME=folder)
    try:
        if wanted("socks5tui"):
            with Load() as load:
                argv = [own, "-s", "unix:" + load.daemon.admin]
                for size in ((80, 24), (140, 40)):
                    yield ("socks5tui, dashboard", size,
                           measure(argv, *size, keys=False, **config))
                    yield ("socks5tui, users", size,
                           measure(argv, *size, press=b"3", **config))
                    yield ("socks5tui, sessions", size,
                           measure(argv, *size, press=b"2", **config))
        tor = with_tor(folder) if shutil.which("tor") else None
        for name, number, argv, env in peers(folder):
            if number is None or not wanted(name):
                continue
            for size in ((80, 24), (140, 40)):
                yield ("%s %s" % (name, number), size, measure(
                    argv, *size, keys=name != "nyx", **env))
        if tor:
            tor.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# ---- what is special to ours


def special():
    """(what, target, measured) of what only socks5tui is asked for."""
    own = program("socks5tui")
    folder = tempfile.mkdtemp(prefix="socks5-bench-tui-")
    config = dict(XDG_CONFIG_HOME=folder)
    with Load() as load:
        argv = [own, "-s", "unix:" + load.daemon.admin]
        w = Watched(argv, 140, 40, **config)
        w.settle()
        os.write(w.fd, b"p")
        w.frames(2)
        cpu, begin = w.cpu(), time.monotonic()
        sizes = w.frames(SECONDS)
        minute = (w.cpu() - cpu) * 60 / (time.monotonic() - begin)
        yield "CPU while paused", "0.02 s/min", "%.3f s/min" % minute
        yield ("octets a second while paused (a clock moves)", "30",
               "%.0f" % (sum(sizes) / SECONDS))
        w.end()
        w = Watched([*argv, "--interval", "0.2"], 140, 40, **config)
        w.settle()
        os.write(w.fd, b"3")
        w.frames(1)
        took = w.keys(60, quiet=False)
        yield ("key to first octet, five updates a second, p95", "10 ms",
               "%.1f ms" % percentile(took, 0.95))
        w.end()
    with FakeServer("-n", str(MANY)) as server:
        argv = [own, "-s", "unix:" + server.admin]
        w = Watched(argv, 140, 40, **config)
        w.settle()
        os.write(w.fd, b"2")
        w.frames(4)
        rss, pss = w.memory()
        yield ("resident / proportional memory, 10,000 sessions", "8 / 6 MB",
               "%.1f / %.1f MB" % (rss, pss))
        took = []
        for i in range(KEYS):
            while w.read(0.15)[1]:
                pass
            took.append(w.key(b">" if i % 2 else b"I") or 2000)
        yield ("another order of 10,000 sessions, key to first octet, median",
               "10 ms", "%.1f ms" % statistics.median(took))
        cpu, begin = w.cpu(), time.monotonic()
        w.frames(SECONDS)
        yield ("CPU with 10,000 sessions on the screen's list", "",
               "%.2f s/min" % ((w.cpu() - cpu) * 60 /
                               (time.monotonic() - begin)))
        w.end()
    shutil.rmtree(folder, ignore_errors=True)


# ---- the table


def cell(value, form):
    return form % value if value is not None else "-"


def table():
    yield ("| program | screen | octets a frame, median (p95) | CPU s/min | "
           "first octet ms | first screen ms | key ms, median (p95) | "
           "RSS MB | PSS MB |")
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, size, m in rows():
        yield "| %s | %dx%d | %.0f (%.0f) | %.2f | %s | %s | %s | %.1f | %.1f |" % (
            name, *size, m["frame"], m["frame95"], m["cpu"],
            cell(m["first"], "%.0f"), cell(m["full"], "%.0f"),
            "-" if m["key"] is None else "%.1f (%.1f)" % (m["key"], m["key95"]),
            m["rss"], m["pss"])
    if not wanted("socks5tui"):
        return
    yield ""
    yield "| socks5tui | target | measured |"
    yield "| --- | ---: | ---: |"
    for row in special():
        yield "| %s | %s | %s |" % row


def cpu_model():
    with open("/proc/cpuinfo") as f:
        return re.search(r"model name\s*: (.*)", f.read()).group(1)


def main():
    lines = []
    for line in table():
        print(line, flush=True)
        lines.append(line)
    if PROGRAMS or "SECONDS" in os.environ:
        return
    lines = ["Measured %s for %.0f s a row on %d cores of %s, Linux %s." % (
        time.strftime("%Y-%m-%d"), SECONDS, os.cpu_count(), cpu_model(),
        platform.release().split("-")[0]), "", *lines]
    with open(DOCS) as f:
        text = f.read()
    text = re.sub(r"(<!-- begin figures -->\n).*(<!-- end figures -->)",
                  lambda m: m.group(1) + "\n".join(lines) + "\n" + m.group(2),
                  text, flags=re.S)
    with open(DOCS, "w") as f:
        f.write(text)


main()
# Threads that still move data do not hold us up.
os._exit(0)

#!/usr/bin/env python3
"""Prometheus itself: promtool on the text, and a server that scrapes."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))

from harness import *


def metrics_of(d):
    return d.wait_log(r" serving metrics on=http://(\S+)/metrics").group(1)


def fetch(url):
    with urllib.request.urlopen(url, timeout=PATIENCE) as r:
        return r.read()


@case
def promtool_has_nothing_to_say_about_the_text():
    with Daemon("metrics 127.0.0.1:0") as d:
        text = fetch("http://%s/metrics" % metrics_of(d))
        r = subprocess.run([tool("promtool", "prometheus"), "check",
                            "metrics"], input=text, capture_output=True)
        same((r.returncode, r.stdout + r.stderr), (0, b""))


class Prometheus:
    """A Prometheus that scrapes one target once a second."""

    def __init__(self, target, folder):
        self.folder = folder
        conf = os.path.join(folder, "prometheus.yml")
        with open(conf, "w") as f:
            f.write("global:\n  scrape_interval: 1s\nscrape_configs:\n"
                    "- job_name: socks5d\n  static_configs:\n"
                    "  - targets: ['%s']\n" % target)
        self.errors = os.path.join(folder, "stderr")
        # It has no way to tell a port that the kernel chose but its log.
        with open(self.errors, "wb") as f:
            self.process = subprocess.Popen(
                [tool("prometheus", "prometheus"), "--config.file=" + conf,
                 "--storage.tsdb.path=" + os.path.join(folder, "data"),
                 "--web.listen-address=127.0.0.1:0"],
                stdout=f, stderr=f, cwd=folder, env=clean_environment())

    def log(self):
        with open(self.errors, errors="replace") as f:
            return f.read()

    def address(self):
        def up():
            if self.process.poll() is not None:
                raise Failure("prometheus ended:\n" + self.log())
            return re.search(r'Listening on".*?address=(127\.0\.0\.1:\d+)',
                             self.log()) and self._port()
        return wait_for(up, "prometheus:\n" + self.log())

    def _port(self):
        m = re.search(r'Listening on".*?address=(127\.0\.0\.1:[1-9]\d*)',
                      self.log())
        if m:
            return m[1]
        # The log repeats ":0"; the kernel knows.
        inodes = set()
        for fd in os.listdir("/proc/%d/fd" % self.process.pid):
            with contextlib.suppress(OSError):
                link = os.readlink("/proc/%d/fd/%s" % (self.process.pid, fd))
                inodes.add(link[8:-1])
        with open("/proc/net/tcp") as f:
            for row in [line.split() for line in f][1:]:
                if row[3] == "0A" and row[9] in inodes:
                    return "127.0.0.1:%d" % int(row[1].split(":")[1], 16)
        return None

    def ask(self, expr):
        url = "http://%s/api/v1/query?query=%s" % (
            self.address(), urllib.parse.quote(expr))
        answer = json.loads(fetch(url))
        same(answer["status"], "success")
        return [r["value"][1] for r in answer["data"]["result"]]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


@case
def a_prometheus_scrapes_every_figure_for_some_seconds():
    with Daemon("metrics 127.0.0.1:0") as d, Target(echo) as t, \
            tempfile.TemporaryDirectory() as folder, \
            Prometheus(metrics_of(d), folder) as p:
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"x" * 5000)
            read_exactly(s, 5000)
            wait_for(lambda: p.ask("socks5d_up_bytes_total") == ["5000"],
                     "the figure in Prometheus")
            same(p.ask("socks5d_sessions"), ["1"])
        wait_for(lambda: int((p.ask("count_over_time(up[1m])")
                              or ["0"])[0]) >= 4, "four scrapes")
        same(p.ask("min_over_time(up[1m])"), ["1"])
        wait_for(lambda: p.ask("socks5d_sessions") == ["0"], "the end")
        text = fetch("http://%s/metrics" % metrics_of(d)).decode()
        samples = [line for line in text.splitlines() if line[0] != "#"]
        same(p.ask("scrape_samples_scraped"), [str(len(samples))])


if __name__ == "__main__":
    main()
